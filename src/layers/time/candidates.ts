import type { Random } from '../../tensor/random.ts';

/** The tokens among which a block's targets are measured. */
export interface Candidates {
  /** (K) The block's different targets in order of first appearance, then others. */
  readonly ids: Int32Array;
  /** How many of them are targets. */
  readonly targets: number;
  /** (M) Where each target stands among the ids; an ignored one as it was. */
  readonly places: Int32Array;
}

/** Draws K candidates out of V: all that a block has to know, and of the rest each with the same chance. */
export class CandidateDrawer {
  readonly #K: number;
  readonly #ignoreLabel: number;
  /** (V) Where an id stands among the targets; −1 for the others, and between two draws for all. */
  readonly #placeOf: Int32Array;
  readonly #rest: Int32Array;

  constructor(K: number, V: number, ignoreLabel: number) {
    this.#K = K;
    this.#ignoreLabel = ignoreLabel;
    this.#placeOf = new Int32Array(V).fill(-1);
    this.#rest = new Int32Array(V);
  }

  /** @param ts (M) ids from 0 to V − 1, or ignored. @returns null where K or more of them are different */
  draw(ts: ArrayLike<number>, random: Random): Candidates | null {
    const ids = new Int32Array(this.#K);
    const { places, targets } = this.#placeTargets(ts, ids);
    const fit = targets < this.#K;
    if (fit) this.#drawOthers(ids, targets, random);
    for (let m = 0; m < ts.length; m++) if (ts[m] !== this.#ignoreLabel) this.#placeOf[ts[m]] = -1;
    return fit ? { ids, targets, places } : null;
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

  /** The first steps of a Fisher–Yates shuffle of all that are no targets. */
  #drawOthers(ids: Int32Array, targets: number, random: Random): void {
    const rest = this.#rest;
    let left = 0;
    for (let id = 0; id < this.#placeOf.length; id++) if (this.#placeOf[id] < 0) rest[left++] = id;
    for (let k = targets; k < ids.length; k++) {
      const drawn = Math.floor(random.uniform() * left);
      ids[k] = rest[drawn];
      rest[drawn] = rest[--left];
    }
  }
}
