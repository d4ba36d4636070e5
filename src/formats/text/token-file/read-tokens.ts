import { parseJsonObject } from '../../json-object.ts';
import {
  BLOCK_BYTES,
  DIGEST_BYTES,
  damagedTokens,
  decodeHead,
  HEAD_BYTES,
  type Head,
  TokenDigest,
  type TokenFileInfo,
} from './layout.ts';

/** A file with random access. */
export interface ByteSource {
  /** For error messages. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `position`, which must exist. */
  read(position: number, into: Uint8Array): void;
}

/** The ids of a token file, read on demand. */
export class TokenFile {
  readonly length: number;
  readonly info: TokenFileInfo;
  readonly #source: ByteSource;
  readonly #width: 2 | 4;
  #raw: Uint16Array | Uint32Array = new Uint16Array();

  private constructor(source: ByteSource, head: Head, info: TokenFileInfo) {
    this.length = head.count;
    this.info = info;
    this.#source = source;
    this.#width = head.width;
  }

  /** Opens a file and verifies its digest. Throws UnrolledError if it is damaged or of another version. */
  static open(source: ByteSource): TokenFile {
    const { name, size } = source;
    const first = new Uint8Array(HEAD_BYTES);
    if (size >= HEAD_BYTES) source.read(0, first);
    const head = decodeHead(first, size, name);
    const digest = new TokenDigest();
    const end = HEAD_BYTES + head.count * head.width;
    const block = new Uint8Array(Math.min(BLOCK_BYTES, end - HEAD_BYTES));
    for (let at = HEAD_BYTES; at < end; at += block.length) {
      const part = block.subarray(0, Math.min(block.length, end - at));
      source.read(at, part);
      digest.add(part);
    }
    const json = new Uint8Array(head.jsonBytes);
    source.read(end, json);
    digest.add(json);
    const written = new Uint8Array(DIGEST_BYTES);
    source.read(size - DIGEST_BYTES, written);
    if (digest.end(first).some((byte, i) => byte !== written[i])) {
      throw damagedTokens(name, 'it changed after it was written');
    }
    return new TokenFile(source, head, infoOf(json, head, name));
  }

  /**
   * Fills `into` with the ids from `start`.
   * @throws {UnrolledError} code `file-damaged` if the file was changed since it was opened
   */
  read(start: number, into: Int32Array): void {
    const { vocabSize, unknownId } = this.info;
    const raw = this.#rawFrom(start, into.length);
    for (let i = 0; i < into.length; i++) {
      const id = raw[i];
      if (id > vocabSize) throw damagedTokens(this.#source.name, `it has the id ${id}`);
      into[i] = id === vocabSize ? unknownId : id;
    }
  }

  #rawFrom(start: number, length: number): Uint16Array | Uint32Array {
    if (this.#raw.length < length) {
      this.#raw = this.#width === 2 ? new Uint16Array(length) : new Uint32Array(length);
    }
    const bytes = new Uint8Array(this.#raw.buffer, 0, length * this.#width);
    this.#source.read(HEAD_BYTES + start * this.#width, bytes);
    return this.#raw;
  }
}

/** The digest has been verified. These checks guard against a forged file. */
function infoOf(json: Uint8Array, { count, width }: Head, where: string): TokenFileInfo {
  const info = parseJsonObject(new TextDecoder().decode(json), where);
  const isCount = (value: unknown, to: number) =>
    Number.isSafeInteger(value) && 0 <= Number(value) && Number(value) <= to;
  const { vocabSize, unknownId, unknownCount, characters, bytes, about } = info;
  const fits =
    isCount(vocabSize, width === 2 ? 2 ** 16 - 1 : 2 ** 31 - 1) &&
    (unknownId === -1 || isCount(unknownId, Number(vocabSize) - 1)) &&
    isCount(unknownCount, unknownId === -1 ? 0 : count) &&
    isCount(characters, Number.MAX_SAFE_INTEGER) &&
    isCount(bytes, Number.MAX_SAFE_INTEGER);
  if (!fits) throw damagedTokens(where, 'its metadata is inconsistent');
  return { vocabSize, unknownId, unknownCount, characters, bytes, about } as TokenFileInfo;
}
