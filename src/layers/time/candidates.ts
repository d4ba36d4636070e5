import { portableLog, type Random } from '../../tensor/random.ts';

/** The tokens among which a block's targets are measured. */
export interface Candidates {
  /** (K) The block's different targets in order of first appearance, then those that were drawn. */
  readonly ids: Int32Array;
  /** (K) What is added to the score of each: −log of the chance that it had to be here, 0 of a target. */
  readonly shifts: Float64Array;
  /** (M) Where each target stands among the ids; an ignored one as it was. */
  readonly places: Int32Array;
}

/** So that a sum of chances, rounded, is never below what it should be. */
const ROUNDING = 1 + 1e-9;

/**
 * Draws K candidates out of V: every target of a block, and of the others each with a chance in proportion to its
 * weight, up to 1, by one pass of systematic sampling (Madow 1949).
 */
export class CandidateDrawer {
  readonly #K: number;
  /** (V) */
  readonly #weights: Float64Array;
  readonly #ignoreLabel: number;
  /** (V) Where an id stands among the targets; −1 for the others, and between two draws for all. */
  readonly #placeOf: Int32Array;

  /** @param weights (V) above 0 */
  constructor(K: number, weights: Float64Array, ignoreLabel: number) {
    this.#K = K;
    this.#weights = weights;
    this.#ignoreLabel = ignoreLabel;
    this.#placeOf = new Int32Array(weights.length).fill(-1);
  }

  /** @param ts (M) ids from 0 to V − 1, or ignored. @returns null where K or more of them are different */
  draw(ts: ArrayLike<number>, random: Random): Candidates | null {
    const ids = new Int32Array(this.#K);
    const shifts = new Float64Array(this.#K);
    const { places, targets } = this.#placeTargets(ts, ids);
    const fit = targets < this.#K;
    if (fit) this.#drawOthers(ids, shifts, targets, random.uniform());
    for (let m = 0; m < ts.length; m++) if (ts[m] !== this.#ignoreLabel) this.#placeOf[ts[m]] = -1;
    return fit ? { ids, shifts, places } : null;
  }

  #placeTargets(ts: ArrayLike<number>, ids: Int32Array): { places: Int32Array; targets: number } {
    const places = new Int32Array(ts.length);
    let targets = 0;
    for (let m = 0; m < ts.length; m++) {
      const t = ts[m];
      if (t === this.#ignoreLabel) {
        places[m] = t;
        continue;
      }
      if (this.#placeOf[t] < 0) {
        ids[targets] = t; // past the end nothing is written
        this.#placeOf[t] = targets++;
      }
      places[m] = this.#placeOf[t];
    }
    return { places, targets };
  }

  /** Lays the chances end to end, K − U long in all, and takes what lies at `start`, 1 + start, 2 + start, … */
  #drawOthers(ids: Int32Array, shifts: Float64Array, targets: number, start: number): void {
    const rate = this.#rateFor(ids.length - targets);
    let [k, end] = [targets, 0];
    for (let id = 0; k < ids.length && id < this.#weights.length; id++) {
      if (this.#placeOf[id] >= 0) continue;
      const chance = Math.min(1, rate * this.#weights[id]);
      end += chance;
      if (end <= k - targets + start) continue;
      ids[k] = id;
      shifts[k++] = -portableLog(chance);
    }
  }

  /** What weights are multiplied by, so that the chances of all that are no targets add up to `count`. */
  #rateFor(count: number): number {
    let [rate, certain] = [0, -1];
    for (;;) {
      let [sum, more] = [0, 0];
      for (let id = 0; id < this.#weights.length; id++) {
        if (this.#placeOf[id] >= 0) continue;
        if (rate * this.#weights[id] >= 1) more++;
        else sum += this.#weights[id];
      }
      if (more === certain || more === count) return rate;
      certain = more;
      rate = (ROUNDING * (count - certain)) / sum;
    }
  }
}
