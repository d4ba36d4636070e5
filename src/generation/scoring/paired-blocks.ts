import type { Random } from '../../tensor/random.ts';

/** Above this many blocks, neighbours are merged, so that memory is bounded for a text of any length. */
const MOST = 8192;
const RESAMPLES = 2000;
/** 95 % of the resamples lie within. */
const TAILS = 0.025;

/** A 95 % confidence interval of a mean. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Paired differences by block: a block is a line, or several consecutive lines where the text has many.
 * Tokens of a line depend on one another; so lines, not tokens, are resampled.
 */
export class PairedBlocks {
  #sums: number[] = [];
  #units: number[] = [];
  #linesEach = 1;
  #linesInLast = 0;

  get count(): number {
    return this.#sums.length;
  }

  /**
   * Adds a line: its summed difference and its number of tokens or characters. Lines without any don't count.
   */
  add(difference: number, units: number): void {
    if (units === 0) return;
    if (this.#linesInLast % this.#linesEach === 0) {
      if (this.count === MOST) this.#mergeNeighbours();
      this.#sums.push(0);
      this.#units.push(0);
      this.#linesInLast = 0;
    }
    this.#sums[this.count - 1] += difference;
    this.#units[this.count - 1] += units;
    this.#linesInLast++;
  }

  /** The mean difference of a unit; NaN while there is none. */
  get mean(): number {
    return sum(this.#sums) / sum(this.#units);
  }

  /** The percentile bootstrap (Efron 1979) of the mean, over blocks; null of fewer than two. */
  interval(random: Random): Interval | null {
    if (this.count < 2) return null;
    const means = Float64Array.from({ length: RESAMPLES }, () => this.#resample(random)).sort();
    const at = (share: number) => means[Math.round(share * (RESAMPLES - 1))];
    return { low: at(TAILS), high: at(1 - TAILS) };
  }

  #resample(random: Random): number {
    let [difference, units] = [0, 0];
    for (let i = 0; i < this.count; i++) {
      const drawn = Math.floor(random.uniform() * this.count);
      difference += this.#sums[drawn];
      units += this.#units[drawn];
    }
    return difference / units;
  }

  #mergeNeighbours(): void {
    this.#sums = pairsOf(this.#sums);
    this.#units = pairsOf(this.#units);
    this.#linesEach *= 2;
  }
}

function pairsOf(numbers: readonly number[]): number[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => numbers[2 * i] + numbers[2 * i + 1]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
