import type { Batch } from './batches.ts';

/** Columns `first`, `first` + 1, … `first` + `count` − 1 of `of`. */
interface Columns {
  readonly first: number;
  readonly count: number;
  readonly of: number;
}

/** Some streams of a block, as a block: N is their number. */
export function partOfBatch({ xs, ts, resets, T }: Batch, part: Columns): Batch {
  const columns = (numbers: Int32Array) => columnsOf(numbers, part);
  return { xs: columns(xs), ts: columns(ts), resets: resets ? columns(resets) : null, N: part.count, T };
}

/** Some columns of (T, `of`) numbers: (T, `count`). */
export function columnsOf(numbers: Int32Array, { first, count, of }: Columns): Int32Array {
  const T = numbers.length / of;
  const out = new Int32Array(T * count);
  for (let t = 0; t < T; t++) out.set(numbers.subarray(t * of + first, t * of + first + count), t * count);
  return out;
}
