import { portableLog, type Random } from '../../tensor/random.ts';

/** The tokens over which the softmax of a block is computed. */
export interface Candidates {
  /** (K) The block's unique targets in order of first appearance, then the tokens that were drawn. */
  readonly ids: Int32Array;
  /** (K) Added to the logit of each: −log of its inclusion probability, 0 for a target. */
  readonly shifts: Float64Array;
  /** (M) The index of each target among the ids; ignored labels are unchanged. */
  readonly places: Int32Array;
}

/** Guards against rounding: a sum of probabilities must not be too small. */
const ROUNDING = 1 + 1e-9;

/**
 * Draws K candidates out of V: every target of a block, and other tokens with probabilities in proportion to
 * their weights, up to 1, by systematic sampling (Madow 1949).
 */
export class CandidateDrawer {
  readonly #K: number;
  /** (V) */
  readonly #weights: Float64Array;
  readonly #ignoreLabel: number;
  /** (V) The index of an id among the targets; −1 for the others, and for all between two draws. */
  readonly #placeOf: Int32Array;

  /** @param weights (V) above 0 */
  constructor(K: number, weights: Float64Array, ignoreLabel: number) {
    this.#K = K;
    this.#weights = weights;
    this.#ignoreLabel = ignoreLabel;
    this.#placeOf = new Int32Array(weights.length).fill(-1);
  }

  /** @param ts (M) ids from 0 to V − 1, or ignored. @returns null where K or more of them are unique */
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

  /**
   * Takes the ids at `start`, 1 + start, 2 + start, … of the cumulative probabilities, whose sum is K − U.
   */
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

  /** The factor of the weights that makes the probabilities of all non-targets add up to `count`. */
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
