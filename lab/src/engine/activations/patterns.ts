/** Of matches whose ends are at most this many tokens and the length of the pattern apart, the best is listed. */
const DISTANCE = 20;

/** A unit that is active throughout a range: above the threshold (1), or below its negative (−1). */
export interface ActiveUnit {
  readonly unit: number;
  readonly sign: 1 | -1;
}

/** What is searched for: units that are active together for about `length` tokens. */
export interface Pattern {
  readonly units: readonly ActiveUnit[];
  readonly length: number;
  readonly threshold: number;
  /** Whether the units must be inactive at the token before the range and at the one after it. */
  readonly isBounded: boolean;
}

/** A range of the text in which most units of a pattern are active together. */
export interface Match {
  readonly first: number;
  readonly last: number;
  /** Indices into `units` of the pattern: those that are active throughout the range. */
  readonly agreeing: readonly number[];
  /** The fraction of the units that agree, times the ratio of the shorter to the longer of both lengths. */
  readonly score: number;
}

/** Whether an activation counts as active with a sign. */
export function isActive(value: number, sign: 1 | -1, threshold: number): boolean {
  return sign * value >= threshold;
}

/**
 * The pattern of a range of tokens, from the first U numbers of each row, h: rows (T, W); before and after it, a row (W), or null
 * at an end of the text.
 */
export function patternOf(
  rows: Float32Array,
  { units: U, width }: { readonly units: number; readonly width: number },
  { before, after }: { readonly before: Float32Array | null; readonly after: Float32Array | null },
  { threshold, isBounded }: Pick<Pattern, 'threshold' | 'isBounded'>,
): Pattern {
  const length = rows.length / width;
  const units = Array.from({ length: U }, (_, unit): ActiveUnit[] => {
    const sign = rows[unit] >= 0 ? 1 : (-1 as const);
    const throughout = Array.from({ length }, (_, t) => rows[t * width + unit]);
    if (!throughout.every((value) => isActive(value, sign, threshold))) return [];
    const neighbours = isBounded ? [before, after] : [];
    return neighbours.some((row) => row && isActive(row[unit], sign, threshold)) ? [] : [{ unit, sign }];
  }).flat();
  return { units, length, threshold, isBounded };
}

/** Finds the ranges of a text that match a pattern best, in one pass. */
export class PatternSearch {
  readonly #pattern: Pattern;
  readonly #width: number;
  readonly #most: number;
  /** For how many tokens each unit of the pattern has been active, up to the last token. */
  readonly #runs: Int32Array;
  /** The number of units by the length of their run. */
  readonly #counts: Int32Array;
  readonly #matches: Match[] = [];
  #best: Match | null = null;
  #next = 0;

  constructor(pattern: Pattern, width: number, most: number) {
    this.#pattern = pattern;
    this.#width = width;
    this.#most = most;
    this.#runs = new Int32Array(pattern.units.length);
    this.#counts = new Int32Array(2 * pattern.length + 2);
  }

  /** Adds the next tokens, (T, W). */
  add(rows: Float32Array): void {
    for (let row = 0; row < rows.length; row += this.#width) {
      if (this.#pattern.isBounded) this.#endRuns((u) => this.#isActive(rows, row, u));
      this.#extendRuns(rows, row);
      this.#next++;
      if (!this.#pattern.isBounded) this.#judge(this.#runs, this.#pattern.length);
    }
  }

  /** Ends the text. The matches, the best first; of equal ones, the earlier. */
  end(): readonly Match[] {
    if (this.#pattern.isBounded) this.#endRuns(() => false);
    this.#keep(null);
    return this.#matches;
  }

  #isActive(rows: Float32Array, row: number, u: number): boolean {
    const { unit, sign } = this.#pattern.units[u];
    return isActive(rows[row + unit], sign, this.#pattern.threshold);
  }

  #extendRuns(rows: Float32Array, row: number): void {
    const runs = this.#runs;
    for (let u = 0; u < runs.length; u++) runs[u] = this.#isActive(rows, row, u) ? runs[u] + 1 : 0;
  }

  /** Judges the runs that end before the next token. */
  #endRuns(goesOn: (u: number) => boolean): void {
    const ended = this.#runs.map((run, u) => (goesOn(u) ? 0 : run));
    this.#judge(ended, 2 * this.#pattern.length);
  }

  /** Finds the best range that ends at the last token, of half of the pattern's length up to a limit. */
  #judge(runs: Int32Array, longest: number): void {
    const { length, isBounded, units } = this.#pattern;
    const counts = this.#counts.fill(0);
    for (const run of runs) {
      if (!isBounded) counts[Math.min(run, longest)]++;
      else if (run <= longest) counts[run]++;
    }
    let [best, bestLength, agreeing] = [this.#threshold, 0, 0];
    for (let m = longest; m >= Math.ceil(length / 2); m--) {
      agreeing = isBounded ? counts[m] : agreeing + counts[m];
      if (2 * agreeing <= units.length) continue;
      const score = ((agreeing / units.length) * Math.min(m, length)) / Math.max(m, length);
      if (score > best) [best, bestLength] = [score, m];
    }
    if (bestLength > 0) this.#found(runs, bestLength, best);
  }

  /** A new match needs a higher score: than the one in the same place, or than the last of the list. */
  get #threshold(): number {
    const listed = this.#matches.length < this.#most ? 0 : this.#matches[this.#most - 1].score;
    return this.#best && this.#isNear(this.#best) ? Math.max(this.#best.score, listed) : listed;
  }

  #isNear({ last }: Match): boolean {
    return this.#next - 1 - last <= DISTANCE + this.#pattern.length;
  }

  #found(runs: Int32Array, length: number, score: number): void {
    const { isBounded } = this.#pattern;
    const agreeing = [...runs.keys()].filter((u) => (isBounded ? runs[u] === length : runs[u] >= length));
    const match = { first: this.#next - length, last: this.#next - 1, agreeing, score };
    if (this.#best && this.#isNear(this.#best)) this.#best = match;
    else this.#keep(match);
  }

  /** Lists the best match of the place before. */
  #keep(next: Match | null): void {
    const match = this.#best;
    this.#best = next;
    if (!match) return;
    const at = this.#matches.findIndex(({ score }) => score < match.score);
    this.#matches.splice(at < 0 ? this.#matches.length : at, 0, match);
    this.#matches.length = Math.min(this.#matches.length, this.#most);
  }
}
