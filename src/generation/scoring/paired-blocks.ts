import type { Random } from '../../tensor/random.ts';

/** Above this many blocks, neighbours are merged, so that memory is bounded for a text of any length. */
const MAX_BLOCKS = 8192;
const RESAMPLES = 2000;
/** 95 % of the resamples lie within. */
const TAILS = 0.025;

/**
 * Fewer lines have no interval. Where the models are equally good, n lines differ in the same direction with
 * probability 2/2ⁿ (the sign test, Arbuthnot 1710; Fisher 1935), which is above 5 % up to n = 5: so few can't reject
 * it at that level, whatever they are. The bootstrap of two lines would span them, and hold the mean half of the time.
 */
export const MIN_LINES = 6;
/** A width below this share of the mean is rounding. */
const ROUNDING = 1e-9;

/**
 * A confidence interval, in bits per token or character.
 * A 95 % confidence interval of a mean.
 */
export interface Interval {
  /** The lower bound, in bits. */
  readonly low: number;
  /** The upper bound, in bits. */
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
 * Paired differences by block: a block is a line, or several consecutive lines where the text has many.
 * Tokens of a line depend on one another; so lines, not tokens, are resampled.
 */
export class PairedBlocks {
  #sums: number[] = [];
  #units: number[] = [];
  #linesEach = 1;
  #linesInLast = 0;
  /** Whether the line whose pieces come counts already. */
  #counted = false;
  #lines = 0;

  get count(): number {
    return this.#sums.length;
  }

  /**
   * Adds a line or a piece of one: its summed difference and its number of tokens or characters. Lines without any
   * don't count.
   * @param starts false for a further piece of the same line
   */
  add(difference: number, units: number, starts: boolean = true): void {
    if (starts) this.#counted = false;
    if (units === 0) return;
    if (!this.#counted) this.#begin();
    this.#sums[this.count - 1] += difference;
    this.#units[this.count - 1] += units;
  }

  /** The mean difference of a unit; NaN while there is none. */
  get mean(): number {
    return sum(this.#sums) / sum(this.#units);
  }

  difference(random: Random): Difference {
    const [interval, lines] = [this.interval(random), this.#lines];
    const why = lines < MIN_LINES ? 'few-lines' : 'no-spread';
    return { mean: this.mean, interval, lines, noInterval: interval ? null : why };
  }

  /**
   * The percentile bootstrap (Efron 1979) of the mean, over blocks; null of fewer than 6 lines, and where none differs
   * from the others. Lines without any difference have one of no width: nothing tells the models apart.
   */
  interval(random: Random): Interval | null {
    if (this.#lines < MIN_LINES) return null;
    const means = Float64Array.from({ length: RESAMPLES }, () => this.#resample(random)).sort();
    const at = (share: number) => means[Math.round(share * (RESAMPLES - 1))];
    const [low, high] = [at(TAILS), at(1 - TAILS)];
    const isFlat = high - low <= ROUNDING * Math.abs(this.mean);
    return isFlat && this.mean !== 0 ? null : { low, high };
  }

  /** The next line: it goes into a new block, or the last one if that is not full. */
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
