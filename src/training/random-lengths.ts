import type { BlockLengths } from '../data/batches/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { Random } from '../tensor/random.ts';

/** T must not be below it. */
export const SHORTEST_BLOCK = 5;
const DEVIATION = 5;
/** The probability that a block's length is around T; otherwise it is around T/2. */
const FULL_LENGTH_PROBABILITY = 0.95;
/** Lengths above T + 20, four deviations, are cut to it, so that memory can be planned. */
const MAX_EXCESS = 4 * DEVIATION;

/**
 * The block lengths of the AWD-LSTM (Merity et al. 2018, section 5): around T, or once in twenty around
 * T/2, with a deviation of 5, and never below 5. So the text isn't cut at the same places each epoch.
 */
export class RandomLengths implements BlockLengths {
  /** The maximum length: the T to plan memory for. */
  readonly longest: number;
  readonly #T: number;
  readonly #random: Random;

  /**
   * @param T that of the feed
   * @throws when T is not an integer ≥ 5
   */
  constructor(random: Random, T: number) {
    if (!(Number.isSafeInteger(T) && T >= SHORTEST_BLOCK)) {
      throw new UnrolledError(
        'option-value',
        `RandomLengths: T is ${T}; it must be an integer of at least ${SHORTEST_BLOCK}, the shortest block. ` +
          'Use a larger T, or blocks of the same length.',
      );
    }
    this.longest = T + MAX_EXCESS;
    this.#T = T;
    this.#random = random;
  }

  next(): number {
    const mean = this.#random.uniform() < FULL_LENGTH_PROBABILITY ? this.#T : this.#T / 2;
    const length = Math.trunc(mean + DEVIATION * this.#random.normal());
    return Math.min(this.longest, Math.max(SHORTEST_BLOCK, length));
  }

  save(): readonly number[] {
    return this.#random.save();
  }

  restore(state: readonly number[]): void {
    this.#random.restore(state);
  }
}
