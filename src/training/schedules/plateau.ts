import { checkCount, checkPositive, optionsOf } from '../../kinds.ts';
import { power } from '../../tensor/portable-math.ts';
import { type SavedNumbers, savedCount, savedList } from '../state/saved-state.ts';
import type { Schedule } from './schedule.ts';

export interface PlateauOptions {
  lr: number;
  /** Default 0.25, as in the book's `BetterRnnlm` and PyTorch's word language model. */
  factor?: number;
  /** Evaluations without improvement before the rate goes down. Default 0. */
  patience?: number;
}

/** Multiplies the rate by `factor` when the validation perplexity is not the best so far. */
export class Plateau implements Schedule {
  readonly name = 'plateau';
  readonly needsValidation = true;
  readonly #lr: number;
  readonly #factor: number;
  readonly #patience: number;
  #best = Number.POSITIVE_INFINITY;
  #worse = 0;
  #falls = 0;

  /** @throws for an lr or factor that is not positive, or a patience below 0 */
  constructor(options: PlateauOptions) {
    const { lr, factor = 0.25, patience = 0 } = optionsOf('Plateau', options, 'Give { lr }.');
    checkPositive('Plateau', { lr, factor }, 0.25);
    checkCount('Plateau', { patience }, 0);
    this.#lr = lr;
    this.#factor = factor;
    this.#patience = patience;
  }

  rate(): number {
    return this.#lr * power(this.#factor, this.#falls);
  }

  validated(perplexity: number): void {
    if (perplexity < this.#best) {
      this.#best = perplexity;
      this.#worse = 0;
    } else if (++this.#worse > this.#patience) {
      this.#falls += 1;
      this.#worse = 0;
    }
  }

  /** `best` is a list, which is empty before the first evaluation: JSON has no infinity. */
  save(): SavedNumbers {
    const best = Number.isFinite(this.#best) ? [this.#best] : [];
    return { best, worse: this.#worse, falls: this.#falls };
  }

  restore(state: SavedNumbers): void {
    this.#best = savedList('Plateau', state, 'best')[0] ?? Number.POSITIVE_INFINITY;
    this.#worse = savedCount('Plateau', state, 'worse');
    this.#falls = savedCount('Plateau', state, 'falls');
  }
}
