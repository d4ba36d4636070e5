import type { BlockLengths } from '../data/batches/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { Random } from '../tensor/random.ts';

/** The shortest block, and so the smallest T, in steps. */
export const SHORTEST_BLOCK = 5;
const DEVIATION = 5;
/** The probability that the mean block length is T; otherwise it is T/2. */
const FULL_LENGTH_PROBABILITY = 0.95;
/** Lengths are capped at T + 20, four standard deviations, so that memory can be planned. */
const MAX_EXCESS = 4 * DEVIATION;

/**
 * Random block lengths of the AWD-LSTM (Merity et al. 2018, section 5): normally distributed with mean T, or with
 * probability 0.05 mean T/2, and standard deviation 5; at least 5. Block boundaries thus differ between epochs.
 */
export class RandomLengths implements BlockLengths {
  /** The maximum length, in steps: the T to plan memory for. */
  readonly longest: number;
  readonly #T: number;
  readonly #random: Random;

  /**
   * @param T block length of the batches, in steps
   * @throws {UnrolledError} `option-value` when T is not an integer ≥ 5
   */
  constructor(random: Random, T: number) {
    if (!(Number.isSafeInteger(T) && T >= SHORTEST_BLOCK)) {
      throw new UnrolledError(
        'option-value',
        `RandomLengths: T is ${T}; it must be an integer of at least ${SHORTEST_BLOCK}. ` +
          'Use a larger T, or leave lengths out.',
      );
    }
    this.longest = T + MAX_EXCESS;
    this.#T = T;
    this.#random = random;
  }

  /** Draws the length of the next block, in steps. */
  next(): number {
    const mean = this.#random.uniform() < FULL_LENGTH_PROBABILITY ? this.#T : this.#T / 2;
    const length = Math.trunc(mean + DEVIATION * this.#random.normal());
    return Math.min(this.longest, Math.max(SHORTEST_BLOCK, length));
  }

  /** The state of the random generator. */
  save(): readonly number[] {
    return this.#random.save();
  }

  /** Restores a state that `save` returned. @throws {UnrolledError} `option-value` when it is no such state */
  restore(state: readonly number[]): void {
    this.#random.restore(state);
  }
}
