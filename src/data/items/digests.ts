import { type TokenIds, windowsOf } from '../batches/token-ids.ts';

/** Maximum number of distinct items to store digests of: 8 MB. */
export const MAX_DIGESTS = 1_000_000;

/** Number of digests to collect before sorting them and removing duplicates. */
const POOL = 2 * MAX_DIGESTS;

/**
 * A set of items, stored as sorted 64-bit digests: it tests membership, but the items can't be recovered. With a million items
 * the probability of a false positive is 5·10⁻¹⁴.
 */
export class ItemDigests {
  readonly #sorted: BigUint64Array;

  private constructor(sorted: BigUint64Array) {
    this.#sorted = sorted;
  }

  /**
   * The digests of a corpus of items, with the end token before the first item and after each; null if it has more than `most`
   * distinct items. Memory is bounded by `most`.
   */
  static of(tokens: TokenIds, endId: number, most: number = MAX_DIGESTS): ItemDigests | null {
    let pool = new BigUint64Array(Math.min(POOL, 2 * most, tokens.length));
    let count = 0;
    for (const digest of digestsOf(tokens, endId)) {
      if (count === pool.length) {
        count = distinct(pool);
        if (count > most) return null;
        if (count > pool.length / 2) pool = doubled(pool);
      }
      pool[count++] = digest;
    }
    const whole = pool.slice(0, count);
    const kept = distinct(whole);
    return kept > most ? null : new ItemDigests(whole.slice(0, kept));
  }

  /** Reads what `toArray` wrote; null unless the digests are ascending. */
  static fromArray(words: Int32Array): ItemDigests | null {
    const sorted = new BigUint64Array(words.length >> 1);
    for (let i = 0; i < sorted.length; i++) {
      sorted[i] = joined(words[2 * i], words[2 * i + 1]);
      if (i > 0 && sorted[i] <= sorted[i - 1]) return null;
    }
    return new ItemDigests(sorted);
  }

  /** Two 32-bit words per digest, the high word first: the same on every machine. */
  toArray(): Int32Array<ArrayBuffer> {
    const words = new Int32Array(2 * this.size);
    for (let i = 0; i < this.size; i++) {
      words[2 * i] = Number(this.#sorted[i] >> 32n);
      words[2 * i + 1] = Number(this.#sorted[i] & 0xffffffffn);
    }
    return words;
  }

  /** Number of distinct items. */
  get size(): number {
    return this.#sorted.length;
  }

  /** Whether the set contains an item. @param ids of the item, without its end token */
  has(ids: Int32Array): boolean {
    const hash = new ItemHash();
    for (const id of ids) hash.push(id);
    const wanted = hash.end();
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] === wanted;
  }
}

/** Sorts the values and moves the distinct ones to the front. Returns their number. */
function distinct(values: BigUint64Array): number {
  values.sort();
  let count = 0;
  for (const value of values) if (count === 0 || value !== values[count - 1]) values[count++] = value;
  return count;
}

function doubled(values: BigUint64Array): BigUint64Array<ArrayBuffer> {
  const larger = new BigUint64Array(2 * values.length);
  larger.set(values);
  return larger;
}

/** The digest of each item, in order. */
function* digestsOf(tokens: TokenIds, endId: number): Generator<bigint> {
  const hash = new ItemHash();
  for (const ids of windowsOf(tokens, 1)) {
    for (const id of ids) {
      if (id === endId) yield hash.end();
      else hash.push(id);
    }
  }
}

/** MurmurHash3 (Appleby 2011) of the ids of an item, in two lanes. */
class ItemHash {
  #a = 0x9e3779b9 | 0;
  #b = 0x243f6a88;
  #length = 0;

  push(id: number): void {
    let [a, b] = [this.#a, this.#b];
    a ^= Math.imul(rotate(Math.imul(id, 0x239b961b), 15), 0xab0e9789);
    a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
    b ^= Math.imul(rotate(Math.imul(id, 0x38b34ae5), 17), 0xa1e38b93);
    b = (Math.imul((rotate(b, 13) + a) | 0, 5) + 0x32ac3b17) | 0;
    [this.#a, this.#b] = [a, b];
    this.#length += 1;
  }

  /** Returns the digest and starts the next item. */
  end(): bigint {
    const [x, y] = [this.#a ^ this.#length, this.#b ^ this.#length];
    const sum = (x + y) | 0;
    const [a, b] = [avalanche(sum), avalanche((y + sum) | 0)];
    [this.#a, this.#b, this.#length] = [0x9e3779b9 | 0, 0x243f6a88, 0];
    const high = (a + b) | 0;
    return joined(high, b + high);
  }
}

function joined(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Each input bit flips each output bit with probability one half. */
function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
