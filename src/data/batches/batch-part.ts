import type { Batch } from './batches.ts';

/** Columns `first`, `first` + 1, … `first` + `count` − 1 of `of`. */
interface Columns {
  readonly first: number;
  readonly count: number;
  readonly of: number;
}

/** Some streams of each block. A model gets it as a value, so that pages, which compute all streams, do not load it. */
export class BatchPart implements Columns {
  /** The first stream, from 0. */
  readonly first: number;
  /** The number of streams. */
  readonly count: number;
  /** The number of streams of the whole block. */
  readonly of: number;

  constructor({ first, count, of }: Columns) {
    this.first = first;
    this.count = count;
    this.of = of;
  }

  /** The streams as a block: N is their number. */
  partOf({ xs, ts, resets, T }: Batch): Batch {
    const columns = (numbers: Int32Array) => this.columnsOf(numbers);
    return { xs: columns(xs), ts: columns(ts), resets: resets ? columns(resets) : null, N: this.count, T };
  }

  /** Some columns of (T, `of`) numbers: (T, `count`). */
  columnsOf(numbers: Int32Array): Int32Array {
    const { first, count, of } = this;
    const T = numbers.length / of;
    const out = new Int32Array(T * count);
    for (let t = 0; t < T; t++) out.set(numbers.subarray(t * of + first, t * of + first + count), t * count);
    return out;
  }
}
