const CHUNK = 65536;
const BLOCK = 16;

/**
 * A 128-bit hash of a sequence of byte strings: MurmurHash3_x86_128 with seed 0 (Appleby 2011). For each string it hashes the
 * length (64 bits, little-endian), 8 zero bytes, the bytes, and zero bytes up to a multiple of 16.
 *
 * A change within one 16-byte block, such as a flipped bit, always changes the hash; any other change almost surely does.
 * It detects damage, not forgery.
 */
export class Hash {
  readonly #state: Uint32Array = new Uint32Array(4);
  #length = 0;

  /** Adds one byte string. */
  add(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#blocks(Uint32Array.of(length % 2 ** 32, length / 2 ** 32, 0, 0));
    const whole = length - (length % BLOCK);
    for (let start = 0; start < whole; start += CHUNK) {
      this.#blocks(wordsOf(bytes.subarray(start, Math.min(start + CHUNK, whole))));
    }
    if (whole === length) return;
    const rest = new Uint8Array(BLOCK);
    rest.set(bytes.subarray(whole));
    this.#blocks(new Uint32Array(rest.buffer));
  }

  /** The hash of all strings so far, as 32 hexadecimal digits. More strings may follow. */
  digest(): string {
    const h = Uint32Array.from(this.#state, (word) => word ^ this.#length);
    sumUp(h);
    for (let i = 0; i < 4; i++) h[i] = avalanche(h[i]);
    sumUp(h);
    return Array.from(new Uint8Array(h.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  #blocks(words: Uint32Array): void {
    let [a, b, c, d] = this.#state;
    for (let i = 0; i < words.length; i += 4) {
      a ^= Math.imul(rotate(Math.imul(words[i], 0x239b961b), 15), 0xab0e9789);
      a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
      b ^= Math.imul(rotate(Math.imul(words[i + 1], 0xab0e9789), 16), 0x38b34ae5);
      b = (Math.imul((rotate(b, 17) + c) | 0, 5) + 0x0bcaa747) | 0;
      c ^= Math.imul(rotate(Math.imul(words[i + 2], 0x38b34ae5), 17), 0xa1e38b93);
      c = (Math.imul((rotate(c, 15) + d) | 0, 5) + 0x96cd1c35) | 0;
      d ^= Math.imul(rotate(Math.imul(words[i + 3], 0xa1e38b93), 18), 0x239b961b);
      d = (Math.imul((rotate(d, 13) + a) | 0, 5) + 0x32ac3b17) | 0;
    }
    this.#state.set([a, b, c, d]);
    this.#length += 4 * words.length;
  }
}

/** The bytes as 32-bit words; copied if they are not aligned to 4 bytes. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(buffer, byteOffset, length / 4);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function sumUp(h: Uint32Array): void {
  h[0] += h[1] + h[2] + h[3];
  for (let i = 1; i < 4; i++) h[i] += h[0];
}

/** Each input bit flips about half of the output bits. */
function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
