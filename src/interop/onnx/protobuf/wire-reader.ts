import { damaged } from '../../../formats/damaged.ts';
import type { Field } from './schema.ts';
import { wireTypes } from './schema.ts';

/** The most bytes of a varint of 64 bits. */
const MAX_VARINT = 10;

/** Reads tags and single values from the bytes of a message, and never beyond them. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #where: string;
  #position = 0;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }

  tag(): { readonly number: number; readonly wireType: number } {
    const tag = this.#varint();
    const number = Math.floor(tag / 8);
    if (tag < 8 || number >= 2 ** 29) {
      throw damaged(this.#where, `a field has the number ${number}`, 'it must be from 1 to 2^29 - 1');
    }
    return { number, wireType: tag % 8 };
  }

  /** A number of a kind: int64 as the nearest JavaScript number. */
  number(kind: Field['kind']): number {
    if (kind === 'int64') return this.#varint();
    const size = kind === 'float' ? 4 : 8;
    const at = this.#advance(size);
    return size === 4 ? this.#view.getFloat32(at, true) : this.#view.getFloat64(at, true);
  }

  /** The bytes after a length, not copied. */
  bytes(): Uint8Array {
    const length = this.#varint();
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Skips a value of an unknown field. */
  skip(wireType: number): void {
    if (wireType === wireTypes.varint) this.#varint();
    else if (wireType === wireTypes.fixed64) this.#advance(8);
    else if (wireType === wireTypes.bytes) this.bytes();
    else if (wireType === wireTypes.fixed32) this.#advance(4);
    else throw damaged(this.#where, `a field has wire type ${wireType}`, 'it must be 0, 1, 2 or 5');
  }

  /** Seven bits a byte, the lowest first; two's complement of 64 bits. */
  #varint(): number {
    let [low, high] = [0, 0n];
    for (let i = 0; i < MAX_VARINT; i++) {
      const byte = this.#bytes[this.#advance(1)];
      // 49 bits are exact in a number; the others need a BigInt.
      if (i < 7) low += (byte & 127) * 2 ** (7 * i);
      else high |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return high === 0n ? low : Number(BigInt.asIntN(64, high | BigInt(low)));
    }
    throw damaged(this.#where, `an integer has more than ${MAX_VARINT} bytes`, 'it must have 64 bits');
  }

  /** The position before `size` bytes, which the message must have. */
  #advance(size: number): number {
    if (size < 0 || size > this.left) {
      throw damaged(
        this.#where,
        `a value needs ${size} bytes, of which ${this.left} exist`,
        'it must end in its message',
      );
    }
    this.#position += size;
    return this.#position - size;
  }
}
