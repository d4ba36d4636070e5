import type { Sample } from './exposition.ts';

/** Counts durations in buckets, in seconds. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** The number of durations in each bucket; the last one has no upper bound. */
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds upper bounds of the buckets, in seconds, in increasing order */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = [...bounds, Number.POSITIVE_INFINITY].map(() => 0);
  }

  add(seconds: number): void {
    let i = 0;
    while (i < this.#bounds.length && seconds > this.#bounds[i]) i++;
    this.#counts[i]++;
    this.#sum += seconds;
  }

  /** The samples in the Prometheus format: each bucket counts those below it too. @param labels of all samples */
  samples(labels: string): Sample[] {
    let count = 0;
    const buckets = this.#counts.map((inBucket, i) => {
      count += inBucket;
      const bound = this.#bounds[i] ?? '+Inf';
      return { suffix: '_bucket', labels: `${labels},le="${bound}"`, value: count };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: count },
    ];
  }
}
