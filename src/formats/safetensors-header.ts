import { UnrolledError } from '../errors.ts';
import { damaged, shown } from './damaged.ts';
import { identifyFile, isSafetensors } from './identify-file.ts';
import { parseJsonObject } from './json-object.ts';
import { ARRAY_TYPES, byteLength, type Dtype, type ElementType, isShape, isSize } from './named-array.ts';

/** One tensor. Its bytes are from `begin` to before `end`, counted from the end of the header. */
export interface Entry<D extends string = Dtype> {
  readonly name: string;
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header<D extends string = Dtype> {
  /** In the order of their bytes, without gaps. */
  readonly entries: readonly Entry<D>[];
  readonly metadata: Map<string, string>;
  /** Start of the data in the file, in bytes. */
  readonly dataStart: number;
}

export const METADATA = '__metadata__';

const LENGTH_BYTES = 8;
/** The limit of the original implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Encodes the header with its length, padded so that the data is aligned to 8 bytes. */
export function encodeHeader(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // Concatenated as text, because an object would list a tensor named "10" first.
  const members = entries.map(({ name, dtype, shape, begin, end }) =>
    member(name, { dtype, shape, data_offsets: [begin, end] }),
  );
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) {
    members.unshift(`"${METADATA}":{${keys.map((key) => member(key, metadata[key])).join()}}`);
  }
  const json = new TextEncoder().encode(`{${members.join()}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new UnrolledError(
      'option-value',
      `safetensors: the header takes ${length} bytes; the format allows ${MAX_HEADER_BYTES}. Write less metadata.`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

function member(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

/** The element types that a reader supports, by their names in the format. */
export type ElementTypes<D extends string> = Readonly<Record<D, ElementType>>;

/** Reads and checks the header of a file. The returned entries cover the data exactly. */
export function decodeHeader<D extends string = Dtype>(
  bytes: Uint8Array,
  where: string,
  types: ElementTypes<D> = ARRAY_TYPES as unknown as ElementTypes<D>,
): Header<D> {
  checkKind(bytes, where);
  const dataStart = LENGTH_BYTES + headerLength(bytes, where);
  const { [METADATA]: metadata = {}, ...tensors } = parseJsonObject(
    headerText(bytes, dataStart, where),
    where,
  );
  const entries = Object.entries(tensors)
    .map(([name, info]) => toEntry(name, info, where, types))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, bytes.length - dataStart, where);
  return { entries, metadata: toMetadata(metadata, where), dataStart };
}

/** Throws for a file that is recognisably of another kind. */
function checkKind(bytes: Uint8Array, where: string): void {
  const other = isSafetensors(bytes) ? null : identifyFile(bytes);
  if (!other) return;
  throw new UnrolledError(
    'file-damaged',
    `${where}: this is ${other.name}; it must be a safetensors file, as unrolled writes them. ${other.advice}.`,
  );
}

function headerLength(bytes: Uint8Array, where: string): number {
  if (bytes.length < LENGTH_BYTES) {
    throw damaged(
      where,
      bytes.length === 0 ? 'the file is empty' : `the file has ${bytes.length} bytes`,
      `the length field alone takes ${LENGTH_BYTES}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  const most = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > most) {
    throw damaged(where, `the header claims ${length} bytes`, `at most ${most} are possible`);
  }
  return Number(length);
}

function headerText(bytes: Uint8Array, dataStart: number, where: string): string {
  try {
    // A copy, because browsers can't decode shared memory.
    const copy = new Uint8Array(bytes.subarray(LENGTH_BYTES, dataStart));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(copy);
  } catch {
    throw damaged(where, 'the header is not UTF-8', 'it must be JSON in UTF-8');
  }
}

function toMetadata(value: unknown, where: string): Map<string, string> {
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw damaged(where, `${METADATA} is ${shown(value)}`, 'it must map strings to strings');
  }
  return new Map(entries);
}

function toEntry<D extends string>(
  name: string,
  info: unknown,
  where: string,
  types: ElementTypes<D>,
): Entry<D> {
  const tensor = `tensor ${shown(name)}`;
  if (!isObject(info)) throw damaged(where, `${tensor} is ${shown(info)}`, 'it must be an object');
  const { dtype, shape, data_offsets: offsets } = info;
  const dtypes = Object.keys(types);
  if (!dtypes.includes(dtype as D)) {
    throw new UnrolledError(
      'file-foreign',
      `${where}: ${tensor} has dtype ${shown(dtype)}; it must be one of ${dtypes.join(', ')}. Convert it with the program that saved it.`,
    );
  }
  if (!isShape(shape)) {
    throw damaged(where, `${tensor} has shape ${shown(shape)}`, 'sizes must be integers from 0 to 2^53 - 1');
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw damaged(where, `${tensor} has data_offsets ${shown(offsets)}`, 'they must be two integers');
  }
  const [begin, end] = offsets;
  const needed = byteLength(types[dtype as D], shape);
  if (end - begin !== needed) {
    throw damaged(
      where,
      `${tensor} has data_offsets ${shown(offsets)}`,
      `${dtype} of shape ${shown(shape)} takes ${needed} bytes`,
    );
  }
  return { name, dtype: dtype as D, shape, begin, end };
}

function checkCover(entries: readonly Entry<string>[], length: number, where: string): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const fault = begin < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw damaged(
        where,
        `tensor ${shown(name)} begins at ${begin} and ${fault}`,
        `${covered} is the next free byte`,
      );
    }
    covered = end;
  }
  if (covered !== length) {
    throw damaged(where, `the tensors take ${covered} bytes`, `the file holds ${length} after its header`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
