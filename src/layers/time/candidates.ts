import { portableLog, type Random } from '../../tensor/random.ts';

/** The sampled tokens over which the softmax of a block is computed. */
export interface Candidates {
  /** (K) The block's unique targets in order of first appearance, then the sampled tokens. */
  readonly ids: Int32Array;
  /** (K) The correction added to each logit: −log of the token's inclusion probability, 0 for a target. */
  readonly shifts: Float64Array;
  /** (M) The index of each target in `ids`; ignored labels are unchanged. */
  readonly labels: Int32Array;
}

/** Ensures that rounding does not make the sum of the probabilities too small. */
const ROUNDING = 1 + 1e-9;

/**
 * Samples K candidates out of V: every target of a block, and other tokens with inclusion probabilities proportional to
 * their weights, at most 1, by systematic sampling (Madow 1949).
 */
export class CandidateDrawer {
  readonly #K: number;
  /** (V) */
  readonly #weights: Float64Array;
  readonly #ignoreLabel: number;
  /** (V) The index of an id among the targets, else −1. All are −1 between two draws. */
  readonly #indexOf: Int32Array;

  /** @param weights (V) The sampling weights, above 0 */
  constructor(K: number, weights: Float64Array, ignoreLabel: number) {
    this.#K = K;
    this.#weights = weights;
    this.#ignoreLabel = ignoreLabel;
    this.#indexOf = new Int32Array(weights.length).fill(-1);
  }

  /** @param ts (M) ids from 0 to V − 1, or ignored. @returns null if there are K or more unique targets */
  draw(ts: ArrayLike<number>, random: Random): Candidates | null {
    const ids = new Int32Array(this.#K);
    const shifts = new Float64Array(this.#K);
    const { labels, targets } = this.#labelTargets(ts, ids);
    const fit = targets < this.#K;
    if (fit) this.#drawOthers(ids, shifts, targets, random.uniform());
    for (let m = 0; m < ts.length; m++) if (ts[m] !== this.#ignoreLabel) this.#indexOf[ts[m]] = -1;
    return fit ? { ids, shifts, labels } : null;
  }

  #labelTargets(ts: ArrayLike<number>, ids: Int32Array): { labels: Int32Array; targets: number } {
    const labels = new Int32Array(ts.length);
    let targets = 0;
    for (let m = 0; m < ts.length; m++) {
      const t = ts[m];
      if (t === this.#ignoreLabel) {
        labels[m] = t;
        continue;
      }
      if (this.#indexOf[t] < 0) {
        ids[targets] = t; // writes beyond the end have no effect
        this.#indexOf[t] = targets++;
      }
      labels[m] = this.#indexOf[t];
    }
    return { labels, targets };
  }

  /**
   * Selects the ids at `start`, 1 + start, 2 + start, … of the cumulative inclusion probabilities, whose sum is K − U.
   */
  #drawOthers(ids: Int32Array, shifts: Float64Array, targets: number, start: number): void {
    const rate = this.#rateFor(ids.length - targets);
    let [k, end] = [targets, 0];
    for (let id = 0; k < ids.length && id < this.#weights.length; id++) {
      if (this.#indexOf[id] >= 0) continue;
      const probability = Math.min(1, rate * this.#weights[id]);
      end += probability;
      if (end <= k - targets + start) continue;
      ids[k] = id;
      shifts[k++] = -portableLog(probability);
    }
  }

  /** The factor of the weights with which the inclusion probabilities of all non-targets add up to `count`. */
  #rateFor(count: number): number {
    let [rate, certain] = [0, -1];
    for (;;) {
      let [sum, more] = [0, 0];
      for (let id = 0; id < this.#weights.length; id++) {
        if (this.#indexOf[id] >= 0) continue;
        if (rate * this.#weights[id] >= 1) more++;
        else sum += this.#weights[id];
      }
      if (more === certain || more === count) return rate;
      certain = more;
      rate = (ROUNDING * (count - certain)) / sum;
    }
  }
}
