import type { StreamPart } from './stream-part.ts';

/**
 * A counter-based dropout mask (Salmon et al. 2011): element i is dropped if hash(i, keys) < threshold,
 * otherwise multiplied by `scale`. It is a pure function of i, so every thread computes the same mask in any order,
 * and nothing is stored.
 */
export interface Mask {
  /** Two 32-bit words. */
  readonly keys: readonly [number, number];
  /** rate·2³² */
  readonly threshold: number;
  /** 1/(1 − rate), which preserves the mean. */
  readonly scale: number;
  /**
   * The streams that the masked tensor has, where it has not all of the block; a layer then counts the elements of all streams.
   * Null: all.
   */
  readonly streams: StreamPart | null;
}

/**
 * @param rate the dropout probability, from 0 to below 1
 * @param streams the streams that the masked tensor has. Default: all
 */
export function createMask(
  keys: readonly [number, number],
  rate: number,
  streams: StreamPart | null = null,
): Mask {
  return { keys, threshold: Math.floor(rate * 2 ** 32), scale: 1 / (1 - rate), streams };
}

/** Applies element i of the mask to x. A dropped NaN becomes 0 too. */
export function dropped(x: number, { keys, threshold, scale }: Mask, i: number): number {
  return hash(i, keys) < threshold ? 0 : x * scale;
}

/**
 * A 32-bit integer hash in which every output bit depends on every input bit: lowbias32 (Wellons 2018,
 * "Prospecting for Hash Functions").
 */
export function mix(x: number): number {
  return hash(x, [0, 0]);
}

/** `mix`, with one key word XORed in before each of its two multiplications. The kernels compute the same. */
function hash(i: number, [first, second]: readonly [number, number]): number {
  let x = i ^ first;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x ^ second, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
