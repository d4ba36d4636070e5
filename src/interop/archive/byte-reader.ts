import { damaged } from '../../formats/damaged.ts';

/** Reads little-endian numbers and bytes one after another, never beyond the end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** The position of the next byte. */
  at: number;
  readonly #where: string;
  readonly #view: DataView;

  /** @param where the beginning of error messages, such as the file's name */
  constructor(bytes: Uint8Array, where: string, at: number = 0) {
    this.bytes = bytes;
    this.at = at;
    this.#where = where;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** Inexact from 2^53 on, which is beyond every file. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** Big-endian, as pickles store them. */
  bigEndianF64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /** The next bytes, as a view. */
  take(length: number): Uint8Array {
    const begin = this.#skip(length);
    return this.bytes.subarray(begin, begin + length);
  }

  #skip(length: number): number {
    const begin = this.at;
    const left = this.bytes.length - begin;
    if (!(length >= 0 && length <= left && begin >= 0)) {
      throw damaged(
        this.#where,
        `${length} bytes are missing at byte ${begin} of ${this.bytes.length}`,
        'the file must be complete',
      );
    }
    this.at = begin + length;
    return begin;
  }
}
