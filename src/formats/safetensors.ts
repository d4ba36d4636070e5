import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import { shown } from './damaged.ts';
import { ARRAY_TYPES, byteLength, DTYPES, isShape, type NamedArray } from './named-array.ts';
import { decodeHeader, type Entry, encodeHeader, METADATA } from './safetensors-header.ts';

export interface Safetensors {
  /** In the order of their bytes in the file. */
  readonly tensors: Map<string, NamedArray>;
  readonly metadata: Map<string, string>;
}

/**
 * The bytes of a safetensors file (https://github.com/huggingface/safetensors), equal to those that
 * the original writes: tensors by dtype (F64, F32, I32, U8), then by name; metadata by key.
 *
 * Throws an UnrolledError when a shape doesn't fit its data, a name is empty or `__metadata__`, a
 * text is not well-formed Unicode, or the header takes more than 100 MB.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  for (const [name, tensor] of tensors) checkTensor(name, tensor);
  for (const [key, value] of Object.entries(metadata)) checkMetadata(key, value);
  const entries = layOut(tensors);
  const header = encodeHeader(entries, metadata);
  const file = new Uint8Array(header.length + (entries.at(-1)?.end ?? 0));
  file.set(header);
  for (const { name, begin } of entries) {
    const { data } = tensors.get(name)!;
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length + begin);
  }
  return file;
}

/**
 * The named arrays and the metadata of a safetensors file's bytes. The arrays are copies: they share
 * no memory with `bytes`. `where` is the file's name and begins each error message.
 *
 * Throws an UnrolledError when the bytes break the format or hold a dtype other than F64, F32, I32
 * and U8; nothing is allocated before the header has been checked against the file's length.
 */
export function readSafetensors(given: Uint8Array | ArrayBuffer, where = 'safetensors'): Safetensors {
  const bytes = bytesOf(given, where);
  const { entries, metadata, dataStart } = decodeHeader(bytes, where);
  const tensors = new Map<string, NamedArray>();
  for (const { name, dtype, shape, begin, end } of entries) {
    // A copy, not a view: offsets need not be multiples of the element's size.
    const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    tensors.set(name, { dtype, shape, data: new ARRAY_TYPES[dtype](copy.buffer) } as NamedArray);
  }
  return { tensors, metadata };
}

/** The bytes themselves, of any view and of an ArrayBuffer. */
function bytesOf(given: unknown, where: string): Uint8Array {
  if (given instanceof Uint8Array) return given;
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const tag = Object.prototype.toString.call(given);
  if (/ArrayBuffer\]$/.test(tag)) return new Uint8Array(given as ArrayBuffer);
  throw wrongKind(where, 'the file', given, 'a Uint8Array of its bytes', 'Give these, or use loadModel().');
}

function layOut(tensors: ReadonlyMap<string, NamedArray>): Entry[] {
  const ordered = [...tensors].sort(
    ([a, { dtype: x }], [b, { dtype: y }]) => DTYPES.indexOf(x) - DTYPES.indexOf(y) || (a < b ? -1 : 1),
  );
  let end = 0;
  return ordered.map(([name, { dtype, shape }]) => {
    const begin = end;
    end += byteLength(dtype, shape);
    return { name, dtype, shape, begin, end };
  });
}

function checkTensor(name: string, { dtype, shape, data }: NamedArray): void {
  if (name === '' || name === METADATA || !isWellFormed(name)) {
    throw new UnrolledError(
      'option-value',
      `safetensors: a tensor is named ${shown(name)}; it needs well-formed text other than "" and "${METADATA}". Rename it.`,
    );
  }
  if (!isShape(shape) || byteLength(dtype, shape) !== data.byteLength) {
    throw new UnrolledError(
      'shape',
      `safetensors: tensor ${shown(name)} has ${data.length} numbers and shape ${shown(shape)}; the sizes must be integers whose product is the number of numbers. Correct the shape.`,
    );
  }
}

function checkMetadata(key: string, value: unknown): void {
  if (!isWellFormed(key) || !isWellFormed(value)) {
    throw new UnrolledError(
      'option-value',
      `safetensors: metadata ${shown(key)} is ${shown(value)}; keys and values must be strings of well-formed Unicode. Encode the value first, for example with JSON.stringify.`,
    );
  }
}

/** Half a surrogate pair has no UTF-8, and other readers refuse its JSON escape. */
function isWellFormed(text: unknown): boolean {
  return typeof text === 'string' && !/\p{Surrogate}/u.test(text);
}
