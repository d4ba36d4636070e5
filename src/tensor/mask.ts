/**
 * A dropout mask as a rule instead of a table: element i is dropped where hash(i, keys) < threshold, and the
 * others are multiplied by `scale`. A pure function of i, so that any thread computes the same mask, in any
 * order and repeatedly (Salmon et al. 2011).
 */
export interface Mask {
  /** Two words of 32 bits. */
  readonly keys: readonly [number, number];
  /** rate·2³² */
  readonly threshold: number;
  /** 1/(1 − rate), which keeps the mean. */
  readonly scale: number;
}

/** @param rate the dropout probability, from 0 to below 1 */
export function createMask(keys: readonly [number, number], rate: number): Mask {
  return { keys, threshold: Math.floor(rate * 2 ** 32), scale: 1 / (1 - rate) };
}

/** x under element i of a mask. A dropped NaN is 0 too. */
export function dropped(x: number, { keys, threshold, scale }: Mask, i: number): number {
  return hash(i, keys) < threshold ? 0 : x * scale;
}

/**
 * 32 bits from 32 bits, each of which depends on all: lowbias32 (Wellons 2018, "Prospecting for Hash
 * Functions").
 */
export function mix(x: number): number {
  return hash(x, [0, 0]);
}

/** `mix` with a word of the key before each of its two products. Kernels compute the same. */
function hash(i: number, [first, second]: readonly [number, number]): number {
  let x = i ^ first;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x ^ second, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
