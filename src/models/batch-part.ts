import type { Batch } from '../data/batches/batches.ts';
import type { StreamPart } from '../tensor/stream-part.ts';

/** Some streams of a block, as a block: N is their number. */
export function partOfBatch({ xs, ts, resets, T }: Batch, part: StreamPart): Batch {
  const columns = (numbers: Int32Array) => columnsOf(numbers, part);
  return { xs: columns(xs), ts: columns(ts), resets: resets ? columns(resets) : null, N: part.count, T };
}

/** Some columns of (T, `of`) numbers: (T, `count`). */
export function columnsOf(numbers: Int32Array, { first, count, of }: StreamPart): Int32Array {
  const T = numbers.length / of;
  const out = new Int32Array(T * count);
  for (let t = 0; t < T; t++) out.set(numbers.subarray(t * of + first, t * of + first + count), t * count);
  return out;
}
