import type { Random } from '../../tensor/random.ts';

/** Above this number of blocks, neighbours are merged, to bound memory for texts of any length. */
const MAX_BLOCKS = 8192;
const RESAMPLES = 2000;
/** The fraction of resamples outside of each end of the 95 % interval. */
const TAILS = 0.025;

/**
 * Minimum number of lines for an interval. If the models are equally good, all n lines differ in the same direction with
 * probability 2/2ⁿ (the sign test, Arbuthnot 1710; Fisher 1935), which is above 5 % up to n = 5. So fewer lines can't reject
 * equality at that level.
 */
export const MIN_LINES = 6;
/** An interval narrower than this fraction of the mean is a rounding error. */
const ROUNDING = 1e-9;

/** A 95 % confidence interval of a mean. */
export interface Interval {
  /** The lower end, in bits. */
  readonly low: number;
  /** The upper end, in bits. */
  readonly high: number;
}

/** How many bits b needs more than a for each token or character; below 0, b predicts better. */
export interface Difference {
  /** The mean of b − a, in bits per token or character. */
  readonly mean: number;
  /** 95 %, by a bootstrap over lines; null where `noInterval` says why there is none. */
  readonly interval: Interval | null;
  /** How many lines it is of: those with a token that counts. */
  readonly lines: number;
  /** `few-lines`: fewer than 6; `no-spread`: all differ by the same amount a token, as copies of one line do. */
  readonly noInterval: 'few-lines' | 'no-spread' | null;
}

/**
 * Paired differences by block. A block is a line, or several consecutive lines of a long text. Lines are resampled, not
 * tokens, because the tokens of a line are dependent.
 */
export class PairedBlocks {
  #sums: number[] = [];
  #units: number[] = [];
  #linesEach = 1;
  #linesInLast = 0;
  /** Whether the current line has been counted. */
  #counted = false;
  #lines = 0;

  get count(): number {
    return this.#sums.length;
  }

  /**
   * Adds a line or a piece of one: its summed difference and its number of tokens or characters. Lines with 0 units are not
   * counted.
   * @param starts false for a further piece of the same line
   */
  add(difference: number, units: number, starts: boolean = true): void {
    if (starts) this.#counted = false;
    if (units === 0) return;
    if (!this.#counted) this.#begin();
    this.#sums[this.count - 1] += difference;
    this.#units[this.count - 1] += units;
  }

  /** The mean difference per unit; NaN if there are none. */
  get mean(): number {
    return sum(this.#sums) / sum(this.#units);
  }

  difference(random: Random): Difference {
    const [interval, lines] = [this.interval(random), this.#lines];
    const why = lines < MIN_LINES ? 'few-lines' : 'no-spread';
    return { mean: this.mean, interval, lines, noInterval: interval ? null : why };
  }

  /**
   * The percentile bootstrap (Efron 1979) of the mean, over blocks; null for fewer than 6 lines, or if all lines have the same
   * non-zero difference. If all differences are 0, the interval is [0, 0].
   */
  interval(random: Random): Interval | null {
    if (this.#lines < MIN_LINES) return null;
    const means = Float64Array.from({ length: RESAMPLES }, () => this.#resample(random)).sort();
    const at = (share: number) => means[Math.round(share * (RESAMPLES - 1))];
    const [low, high] = [at(TAILS), at(1 - TAILS)];
    const isFlat = high - low <= ROUNDING * Math.abs(this.mean);
    return isFlat && this.mean !== 0 ? null : { low, high };
  }

  /** Starts a line, in a new block or in the last one if it is not full. */
  #begin(): void {
    this.#counted = true;
    this.#lines++;
    if (this.#linesInLast % this.#linesEach === 0) {
      if (this.count === MAX_BLOCKS) this.#mergeNeighbours();
      this.#sums.push(0);
      this.#units.push(0);
      this.#linesInLast = 0;
    }
    this.#linesInLast++;
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
