import { type ErrorCode, UnrolledError } from '../../../errors.ts';
import { Hash } from '../../hash.ts';

/**
 * A token file stores the ids of one text, so that the text is tokenised once and never held in memory:
 *
 *     0   8 bytes  `UNRTOKEN`
 *     8   u32      version
 *     12  u32      bytes per id: 2 or 4
 *     16  u64      number of ids
 *     24  u64      length of the JSON in bytes
 *     32           the ids, little-endian; the id V marks an out-of-vocabulary token
 *                  the JSON, in UTF-8
 *                  32 hexadecimal digits: `Hash` of each mebibyte of the ids, of the JSON, and of the first 32 bytes
 */
export const MAGIC = 'UNRTOKEN';
export const VERSION = 1;
export const HEAD_BYTES = 32;
export const DIGEST_BYTES = 32;
/** Size of the blocks in which ids are written and hashed, in bytes. */
export const BLOCK_BYTES: number = 2 ** 20;
/** Maximum size of the JSON in bytes, far above that of any usable vocabulary. */
export const MAX_JSON_BYTES: number = 2 ** 28;

/** The metadata of a token file. */
export interface TokenFileInfo {
  /** Vocabulary size V; ids are from 0 to V − 1. */
  readonly vocabSize: number;
  /** The id of the unknown token; −1 if there is none. */
  readonly unknownId: number;
  /** Number of out-of-vocabulary tokens. */
  readonly unknownCount: number;
  /** Length of the text in Unicode code points. */
  readonly characters: number;
  /** Length of the text in UTF-8 bytes. */
  readonly bytes: number;
  /** How the ids were made; the format is up to the writer. */
  readonly about: unknown;
}

export interface Head {
  readonly width: 2 | 4;
  readonly count: number;
  readonly jsonBytes: number;
}

/** Bytes per id: 2 if the ids 0 to V fit, otherwise 4. */
export function widthFor(vocabSize: number): 2 | 4 {
  return vocabSize < 2 ** 16 ? 2 : 4;
}

export function encodeHead({ width, count, jsonBytes }: Head): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES);
  bytes.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, width, true);
  view.setBigUint64(16, BigInt(count), true);
  view.setBigUint64(24, BigInt(jsonBytes), true);
  return bytes;
}

const REBUILT = 'Delete it; it will be rebuilt.';

/** A token file that can't be used. */
export class TokenFileError extends UnrolledError {
  /** The message without the advice on what to do. */
  readonly problem: string;

  constructor(code: ErrorCode, problem: string, advice: string) {
    super(code, `${problem} ${advice}`);
    this.problem = problem;
  }
}

/** Reads the head of a file of `size` bytes. Throws UnrolledError if it is invalid. */
export function decodeHead(bytes: Uint8Array, size: number, where: string): Head {
  if (size < HEAD_BYTES + DIGEST_BYTES || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw new TokenFileError(
      'file-foreign',
      `${where}: this file has the name of a token file but is not one.`,
      'Delete it, or rename it.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw new TokenFileError(
      'file-version',
      `${where}: the token file has version ${version}; this program reads version ${VERSION}.`,
      REBUILT,
    );
  }
  const width = view.getUint32(12, true);
  const [count, jsonBytes] = [Number(view.getBigUint64(16, true)), Number(view.getBigUint64(24, true))];
  const whole = HEAD_BYTES + count * width + jsonBytes + DIGEST_BYTES;
  if ((width !== 2 && width !== 4) || jsonBytes > MAX_JSON_BYTES || whole !== size) {
    throw damagedTokens(where, 'its length does not match its head');
  }
  return { width, count, jsonBytes };
}

export function damagedTokens(where: string, what: string): TokenFileError {
  return new TokenFileError('file-damaged', `${where}: the token file is damaged: ${what}.`, REBUILT);
}

/** Computes the digest of a token file from its parts, in order. */
export class TokenDigest {
  readonly #hash = new Hash();

  add(part: Uint8Array): void {
    this.#hash.add(part);
  }

  /** Adds the head, which a writer knows last, and returns the digest. */
  end(head: Uint8Array): Uint8Array {
    this.#hash.add(head);
    return new TextEncoder().encode(this.#hash.digest());
  }
}
