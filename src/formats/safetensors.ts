import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import { shown } from './damaged.ts';
import { ARRAY_TYPES, byteLength, DTYPES, isShape, type NamedArray } from './named-array.ts';
import { decodeHeader, type Entry, encodeHeader, METADATA } from './safetensors-header.ts';

/** The contents of a safetensors file. */
export interface Safetensors {
  /** The arrays by name, in the order of their bytes in the file. */
  readonly tensors: Map<string, NamedArray>;
  /** The metadata, strings by key. */
  readonly metadata: Map<string, string>;
}

/**
 * Encodes arrays as a safetensors file (https://github.com/huggingface/safetensors), byte-identical to the reference
 * implementation: tensors sorted by dtype (F64, F32, I32, U8), then by name; metadata sorted by key.
 *
 * @throws {UnrolledError} code `shape` when a shape doesn't match its data; `option-value` when a name is empty or
 * `__metadata__`, a string is not well-formed Unicode, or the header takes more than 100 MB
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
 * Decodes a safetensors file. The arrays are copies and share no memory with `given`. Nothing is allocated before the header
 * has been checked against the length of the file.
 *
 * @param given the bytes of the file
 * @param where the file's name, for error messages. Default `safetensors`
 * @throws {UnrolledError} code `file-damaged` when the bytes violate the format, `file-foreign` for a dtype other than F64,
 * F32, I32 and U8, `option-value` when `given` is not bytes
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

/** The bytes of any view or ArrayBuffer. */
function bytesOf(given: unknown, where: string): Uint8Array {
  if (given instanceof Uint8Array) return given;
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const tag = Object.prototype.toString.call(given);
  if (/ArrayBuffer\]$/.test(tag)) return new Uint8Array(given as ArrayBuffer);
  throw wrongKind(where, 'the file', given, 'a Uint8Array of its bytes', 'Pass them, or use loadModel().');
}

function layOut(tensors: ReadonlyMap<string, NamedArray>): Entry[] {
  const ordered = [...tensors].sort(
    ([a, { dtype: x }], [b, { dtype: y }]) => DTYPES.indexOf(x) - DTYPES.indexOf(y) || (a < b ? -1 : 1),
  );
  let end = 0;
  return ordered.map(([name, { dtype, shape }]) => {
    const begin = end;
    end += byteLength(ARRAY_TYPES[dtype], shape);
    return { name, dtype, shape, begin, end };
  });
}

function checkTensor(name: string, { dtype, shape, data }: NamedArray): void {
  if (name === '' || name === METADATA || !isWellFormed(name)) {
    throw new UnrolledError(
      'option-value',
      `safetensors: a tensor is named ${shown(name)}; a name must be well-formed Unicode, not empty and not "${METADATA}". Rename it.`,
    );
  }
  if (!isShape(shape) || byteLength(ARRAY_TYPES[dtype], shape) !== data.byteLength) {
    throw new UnrolledError(
      'shape',
      `safetensors: tensor ${shown(name)} has ${data.length} numbers and shape ${shown(shape)}; the product of the sizes must be ${data.length}. Correct the shape.`,
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

/** A lone surrogate can't be encoded as UTF-8, and other readers reject its JSON escape. */
function isWellFormed(text: unknown): boolean {
  return typeof text === 'string' && !/\p{Surrogate}/u.test(text);
}
