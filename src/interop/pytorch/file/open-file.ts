import { UnrolledError } from '../../../errors.ts';
import { damaged, shown } from '../../../formats/damaged.ts';
import { isSize } from '../../../formats/named-array.ts';
import { ByteReader } from '../../archive/byte-reader.ts';
import { isZip, openZip } from '../../archive/zip.ts';
import type { PickleContext } from '../../pickle/machine.ts';
import { numpyFunctions } from '../../pickle/numpy.ts';
import { pythonFunctions } from '../../pickle/python-functions.ts';
import { isPickle, unpickle } from '../../pickle/unpickle.ts';
import { kindOf, type PickleValue } from '../../pickle/values.ts';
import type { StorageReader } from './array-reader.ts';
import { persistentOf, StorageReference, torchFunctions } from './tensor.ts';

/** The pickled value of a file of PyTorch, and its storages. */
export interface TorchFile {
  readonly value: PickleValue;
  readonly storages: StorageReader;
}

/** What the older format begins with: PROTO 2, then this number. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const FORMAT_VERSION = 1001;

/** Whether bytes begin like a file of torch.save: a zip file with `data.pkl` first, or a pickle. */
export function looksLikeTorch(bytes: Uint8Array): boolean {
  if (!isZip(bytes)) return isPickle(bytes);
  return /^[^\0]*\/(data\.pkl|\.format_version|byteorder)/.test(
    String.fromCharCode(...bytes.subarray(30, 286)),
  );
}

/** Reads the pickle of a file: of the zip format, the older one, or a bare pickle of NumPy arrays. Throws UnrolledError. */
export async function openTorchFile(bytes: Uint8Array, where: string): Promise<TorchFile> {
  const context = {
    functions: new Map([...pythonFunctions, ...numpyFunctions, ...torchFunctions]),
    persistent: persistentOf(where),
  };
  return isZip(bytes) ? await ofZip(bytes, where, context) : ofPickles(bytes, where, context);
}

async function ofZip(bytes: Uint8Array, where: string, context: PickleContext): Promise<TorchFile> {
  const zip = openZip(bytes, where);
  const main = zip.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (main.length !== 1)
    throw damaged(where, `the zip file has ${main.length} files data.pkl`, 'it must have one');
  const folder = main[0].slice(0, -'data.pkl'.length);
  if (zip.names.some((name) => name.startsWith(`${folder}code/`))) {
    throw foreign(
      where,
      'the file is a TorchScript program; it must be weights. Save its state_dict() with torch.save.',
    );
  }
  if (zip.names.includes(`${folder}byteorder`)) {
    const order = new TextDecoder().decode((await zip.read(`${folder}byteorder`)).slice(0, 16));
    if (order !== 'little') throw bigEndian(where);
  }
  const value = unpickle(new ByteReader(await zip.read(main[0]), where), where, context);
  return { value, storages: readOnce((key) => zip.read(`${folder}data/${key}`)) };
}

/** Unpacks and checks each storage once, however many tensors view it. */
function readOnce(read: (key: string) => Promise<Uint8Array>): StorageReader {
  const storages = new Map<string, Promise<Uint8Array>>();
  return (key) => {
    const known = storages.get(key) ?? read(key);
    storages.set(key, known);
    return known;
  };
}

/** Several pickles one after another, and the storages; or one pickle that is the value itself. */
function ofPickles(bytes: Uint8Array, where: string, context: PickleContext): TorchFile {
  const reader = new ByteReader(bytes, where);
  const next = () => unpickle(reader, where, context);
  const first = next();
  if (first !== MAGIC) return { value: first, storages: withoutStorages(where) };
  const version = next();
  if (version !== FORMAT_VERSION) {
    throw new UnrolledError(
      'file-version',
      `${where}: the file has version ${kindOf(version)} of PyTorch's older format; it must be ${FORMAT_VERSION}. Save it again with torch.save.`,
    );
  }
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) throw bigEndian(where);
  const sizes = new Map<string, number>();
  const value = unpickle(reader, where, withSizes(context, sizes));
  return { value, storages: storagesAfter(reader, next(), sizes, where) };
}

/** Also notes how many bytes an element of each storage has, which the older format does not say beside them. */
function withSizes(context: PickleContext, sizes: Map<string, number>): PickleContext {
  return {
    ...context,
    persistent: (id) => {
      const value = context.persistent?.(id);
      if (value instanceof StorageReference) sizes.set(value.key, value.type.size);
      return value;
    },
  };
}

/** The storages in the order of their keys: a count of elements, then these. */
function storagesAfter(
  reader: ByteReader,
  keys: PickleValue,
  sizes: ReadonlyMap<string, number>,
  where: string,
): StorageReader {
  if (!Array.isArray(keys)) throw damaged(where, 'the storages have no list of keys', 'they must have one');
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const [count, size] = [reader.u64(), sizes.get(key)];
    if (size === undefined || !isSize(count)) {
      throw damaged(where, `storage ${kindOf(key)} has no size`, 'a tensor must use it');
    }
    storages.set(key, reader.take(count * size));
  }
  return async (key) => storages.get(key) ?? missing(where, key);
}

function withoutStorages(where: string): StorageReader {
  return async (key) => missing(where, key);
}

function missing(where: string, key: string): never {
  throw damaged(where, `storage ${shown(key)} is missing`, 'a tensor uses it');
}

function bigEndian(where: string): UnrolledError {
  return foreign(
    where,
    'the numbers are big-endian; they must be little-endian. Save the file on another machine.',
  );
}

function foreign(where: string, rest: string): UnrolledError {
  return new UnrolledError('file-foreign', `${where}: ${rest}`);
}
