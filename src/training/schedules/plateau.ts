import { checkCount, checkPositive, optionsOf } from '../../kinds.ts';
import { power } from '../../tensor/portable-math.ts';
import { type SavedNumbers, savedCount, savedList } from '../state/saved-state.ts';
import type { Schedule } from './schedule.ts';

/** Options of `Plateau`. */
export interface PlateauOptions {
  /** Initial learning rate. */
  lr: number;
  /** Factor applied at each reduction. Default 0.25, as in the book's `BetterRnnlm` and PyTorch's word language model. */
  factor?: number;
  /** Number of evaluations without improvement to tolerate before reducing the rate. Default 0. */
  patience?: number;
}

/** Multiplies the rate by `factor` when the validation perplexity stops improving, like PyTorch's `ReduceLROnPlateau`. */
export class Plateau implements Schedule {
  /** The name that checkpoints record. */
  readonly name = 'plateau';
  /** Plateau needs a validation text. */
  readonly needsValidation = true;
  readonly #lr: number;
  readonly #factor: number;
  readonly #patience: number;
  #best = Number.POSITIVE_INFINITY;
  #worse = 0;
  #falls = 0;

  /** @throws {UnrolledError} `option-value` when lr or factor is not positive, or patience is negative */
  constructor(options: PlateauOptions) {
    const { lr, factor = 0.25, patience = 0 } = optionsOf('Plateau', options, 'Pass { lr }.');
    checkPositive('Plateau', { lr, factor }, 0.25);
    checkCount('Plateau', { patience }, 0);
    this.#lr = lr;
    this.#factor = factor;
    this.#patience = patience;
  }

  /** The current learning rate. */
  rate(): number {
    return this.#lr * power(this.#factor, this.#falls);
  }

  /** Receives the validation perplexity; call it after each evaluation. */
  validated(perplexity: number): void {
    if (perplexity < this.#best) {
      this.#best = perplexity;
      this.#worse = 0;
    } else if (++this.#worse > this.#patience) {
      this.#falls += 1;
      this.#worse = 0;
    }
  }

  /** The best perplexity and the counts. `best` is a list, empty before the first evaluation, since JSON has no infinity. */
  save(): SavedNumbers {
    const best = Number.isFinite(this.#best) ? [this.#best] : [];
    return { best, worse: this.#worse, falls: this.#falls };
  }

  /**
   * Restores a state that `save` returned.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of schedule saved it
   */
  restore(state: SavedNumbers): void {
    this.#best = savedList('Plateau', state, 'best')[0] ?? Number.POSITIVE_INFINITY;
    this.#worse = savedCount('Plateau', state, 'worse');
    this.#falls = savedCount('Plateau', state, 'falls');
  }
}
