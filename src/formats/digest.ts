import { type ErrorCode, UnrolledError } from '../errors.ts';
import { Hash } from './hash.ts';
import type { NamedArray } from './named-array.ts';

/** The key of the metadata that holds the digest. */
export const DIGEST = 'digest';

/** How a file is opened. */
export interface ReadOptions {
  /** false opens a file that changed after it was written, for what is still whole in it. Default true. */
  readonly verify?: boolean | undefined;
}

/** What the digest of a file covers: its arrays, and the metadata under the keys that it names. */
interface Digest {
  readonly arrays: string;
  readonly keys: readonly string[];
  readonly metadata: string;
}

/** The contents of a safetensors file. */
interface Contents {
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A file is not what was written. */
export class ChangedFileError extends UnrolledError {
  readonly #words: (way: string) => string;

  /** @param words the message, in which `way` is what opens the file all the same */
  constructor(words: (way: string) => string, code: ErrorCode = 'file-damaged') {
    super(code, words('verify: false'));
    this.#words = words;
  }

  /** The same error for a front end where another way opens the file, such as a flag. */
  spelled(way: string): UnrolledError {
    return new UnrolledError(this.code, this.#words(way), { cause: this });
  }
}

/**
 * The digest of a file's contents, to be kept in its metadata: in it, a reader notices damage. Neither the order of arrays
 * and keys matters nor where the arrays lie in the file, so a file that another program saved again keeps it.
 */
export function digestOf({ tensors, metadata }: Contents): string {
  const keys = [...metadata.keys()].filter((key) => key !== DIGEST).sort();
  const digest: Digest = { arrays: hashOfArrays(tensors), keys, metadata: hashOfMetadata(metadata, keys) };
  return JSON.stringify(digest);
}

/**
 * Throws a ChangedFileError unless the contents have the digest that they name. Files that name none pass, but
 * not one of ours whose version, 2 or later, says that it has one.
 */
export function checkDigest({ tensors, metadata }: Contents, where: string): void {
  const text = metadata.get(DIGEST);
  const digest = text === undefined ? null : parse(text);
  if (digest === null) {
    if (!isNamed(metadata)) return;
    const got = text === undefined ? 'the file has no digest' : 'the digest in the file is damaged';
    throw changed(where, got, 'files of its version have one');
  }
  if (hashOfArrays(tensors) !== digest.arrays) {
    throw changed(where, 'its arrays changed after it was written', 'they must have the digest in the file');
  }
  if (hashOfMetadata(metadata, digest.keys) !== digest.metadata) {
    throw changed(where, 'its metadata changed after it was written', 'it must have the digest in the file');
  }
}

/** Whether a file of ours says that it has a digest. */
function isNamed(metadata: ReadonlyMap<string, string>): boolean {
  return /^unrolled-/.test(metadata.get('format') ?? '') && Number(metadata.get('version')) >= 2;
}

function changed(where: string, got: string, needs: string): ChangedFileError {
  return new ChangedFileError(
    (way) => `${where}: ${got}; ${needs}. Use another copy; ${way} opens it as it is.`,
  );
}

function parse(text: string): Digest | null {
  try {
    const { arrays, keys, metadata } = Object(JSON.parse(text));
    const strings = [arrays, metadata, ...(Array.isArray(keys) ? keys : [null])];
    return strings.every((value) => typeof value === 'string') ? { arrays, keys, metadata } : null;
  } catch {
    return null;
  }
}

/** Over name, dtype and shape, then bytes of each array, by name. */
function hashOfArrays(tensors: Contents['tensors']): string {
  const hash = new Hash();
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name) as NamedArray;
    hash.add(utf8(JSON.stringify([name, dtype, shape])));
    hash.add(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest();
}

/** Over each key and its value. */
function hashOfMetadata(metadata: Contents['metadata'], keys: readonly string[]): string {
  const hash = new Hash();
  for (const key of keys) {
    hash.add(utf8(key));
    hash.add(utf8(metadata.get(key) ?? ''));
  }
  return hash.digest();
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
