import { UnrolledError } from '../../../errors.ts';
import { Hash } from '../../hash.ts';

/**
 * A token file: the ids of one text, so that it is tokenised once and never held in memory.
 *
 *     0   8 bytes  `UNRTOKEN`
 *     8   u32      version
 *     12  u32      bytes of an id: 2 or 4
 *     16  u64      how many ids
 *     24  u64      how many bytes the JSON has
 *     32           the ids, little-endian; the id V stands for a token that the vocabulary lacks
 *                  the JSON, in UTF-8
 *                  32 hexadecimal digits: `Hash` of each mebibyte of the ids, of the JSON, and of the first 32 bytes
 */
export const MAGIC = 'UNRTOKEN';
export const VERSION = 1;
export const HEAD_BYTES = 32;
export const DIGEST_BYTES = 32;
/** Of the ids as they are written and hashed. */
export const BLOCK_BYTES: number = 2 ** 20;
/** Far more than a vocabulary takes that a model file could hold. */
export const MAX_JSON_BYTES: number = 2 ** 28;

/** What a token file says of its ids. */
export interface TokenFileInfo {
  /** Ids are below it. */
  readonly vocabSize: number;
  /** The id of tokens that the vocabulary lacks; -1 where there are none. */
  readonly unknownId: number;
  /** How many tokens the vocabulary lacks. */
  readonly unknownCount: number;
  /** Unicode code points of the text, and its bytes in UTF-8. */
  readonly characters: number;
  readonly bytes: number;
  /** What the ids were made with, as whoever wrote the file has it. */
  readonly about: unknown;
}

export interface Head {
  readonly width: 2 | 4;
  readonly count: number;
  readonly jsonBytes: number;
}

/** Two bytes where they suffice, the id V among them. */
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

/** Throws UnrolledError for what is no head of a file of this size. */
export function decodeHead(bytes: Uint8Array, size: number, where: string): Head {
  if (size < HEAD_BYTES + DIGEST_BYTES || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw new UnrolledError(
      'file-foreign',
      `${where}: this is no token file, though it has the name of one. Remove it, or give it another name.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw new UnrolledError(
      'file-version',
      `${where}: the token file has version ${version}; this program reads version ${VERSION}. Remove it: it is made anew.`,
    );
  }
  const width = view.getUint32(12, true);
  const [count, jsonBytes] = [Number(view.getBigUint64(16, true)), Number(view.getBigUint64(24, true))];
  const whole = HEAD_BYTES + count * width + jsonBytes + DIGEST_BYTES;
  if ((width !== 2 && width !== 4) || jsonBytes > MAX_JSON_BYTES || whole !== size) {
    throw damagedTokens(where, 'its length is not what it says');
  }
  return { width, count, jsonBytes };
}

export function damagedTokens(where: string, what: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${where}: the token file is damaged: ${what}. Remove it: it is made anew.`,
  );
}

/** The digest of a file while its parts come, in order. */
export class TokenDigest {
  readonly #hash = new Hash();

  add(part: Uint8Array): void {
    this.#hash.add(part);
  }

  /** With the head, which is known last when a file is written. */
  end(head: Uint8Array): Uint8Array {
    this.#hash.add(head);
    return new TextEncoder().encode(this.#hash.digest());
  }
}
