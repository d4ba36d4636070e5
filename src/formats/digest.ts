import { type ErrorCode, UnrolledError } from '../errors.ts';
import { Hash } from './hash.ts';
import type { NamedArray } from './named-array.ts';

/** The metadata key of the digest. */
export const DIGEST = 'digest';

/** Options for opening a file. */
export interface ReadOptions {
  /** Set to false to open a file whose digest doesn't match, for whatever is still intact. Default true. */
  readonly verify?: boolean | undefined;
}

/** The digest of a file: of its arrays, and of the metadata under `keys`. */
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

/** The error for a file that changed after it was written. */
export class ChangedFileError extends UnrolledError {
  readonly #message: (override: string) => string;

  /** @param message makes the message; `override` is the option or flag that opens the file anyway */
  constructor(message: (override: string) => string, code: ErrorCode = 'file-damaged') {
    super(code, message('verify: false'));
    this.#message = message;
  }

  /** The same error with another override, such as a command-line flag. */
  spelled(override: string): UnrolledError {
    return new UnrolledError(this.code, this.#message(override), { cause: this });
  }
}

/**
 * The digest of a file's contents, stored in its metadata to detect damage. It does not depend on the order or position of
 * arrays and keys, so it survives being saved again by another program.
 */
export function digestOf({ tensors, metadata }: Contents): string {
  const keys = [...metadata.keys()].filter((key) => key !== DIGEST).sort();
  const digest: Digest = { arrays: hashOfArrays(tensors), keys, metadata: hashOfMetadata(metadata, keys) };
  return JSON.stringify(digest);
}

/**
 * Throws a ChangedFileError if the digest doesn't match. A file without a digest passes, except an Unrolled file of version
 * 2 or later, which must have one.
 */
export function checkDigest({ tensors, metadata }: Contents, where: string): void {
  const text = metadata.get(DIGEST);
  const digest = text === undefined ? null : parse(text);
  if (digest === null) {
    if (!needsDigest(metadata)) return;
    const got = text === undefined ? 'the file has no digest' : 'the digest in the file is damaged';
    throw changed(where, got, 'files of this version must have one');
  }
  if (hashOfArrays(tensors) !== digest.arrays) {
    throw changed(where, 'its arrays changed after it was written', 'they must have the digest in the file');
  }
  if (hashOfMetadata(metadata, digest.keys) !== digest.metadata) {
    throw changed(where, 'its metadata changed after it was written', 'it must have the digest in the file');
  }
}

/** Whether this is an Unrolled file of a version with a digest. */
function needsDigest(metadata: ReadonlyMap<string, string>): boolean {
  return /^unrolled-/.test(metadata.get('format') ?? '') && Number(metadata.get('version')) >= 2;
}

function changed(where: string, got: string, needs: string): ChangedFileError {
  return new ChangedFileError(
    (override) => `${where}: ${got}; ${needs}. Use another copy; ${override} opens it as it is.`,
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

/** Hashes name, dtype, shape and bytes of each array, sorted by name. */
function hashOfArrays(tensors: Contents['tensors']): string {
  const hash = new Hash();
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, shape, data } = tensors.get(name) as NamedArray;
    hash.add(utf8(JSON.stringify([name, dtype, shape])));
    hash.add(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest();
}

/** Hashes each key and its value. */
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
