import type { Backend } from '../../backends/backend.ts';
import { checkCount, optionsOf } from '../../kinds.ts';
import { type SavedNumbers, savedList } from '../state/saved-state.ts';
import { WeightAverage } from './weight-average.ts';

/** Options of `NTASGD`. */
export interface NTASGDOptions {
  /** The non-monotone interval n of the paper, in evaluations. Default 5, as in the paper. */
  nonmono?: number;
}

/**
 * The weight average of NT-ASGD (Merity, Keskar and Socher 2018, algorithm 1). Averaging starts when a validation
 * perplexity is worse than the best one that is more than `nonmono` evaluations old; from then on the average is the
 * mean of the weights after each update. Combined with `SGD`, this is the paper's optimizer.
 */
export class NTASGD extends WeightAverage {
  /** The name that checkpoints record. */
  readonly name = 'nt-asgd';
  /** NT-ASGD needs a validation text. */
  readonly needsValidation = true;
  readonly #nonmono: number;
  /** Validation perplexities so far. */
  #perplexities: number[] = [];
  #triggered = false;

  /** @throws {UnrolledError} `option-value` when nonmono is not an integer ≥ 0 */
  constructor(backend: Backend, options: NTASGDOptions = {}) {
    super(backend);
    const { nonmono = 5 } = optionsOf('NTASGD', options);
    checkCount('NTASGD', { nonmono }, 0);
    this.#nonmono = nonmono;
  }

  protected share(count: number): number | null {
    return this.#triggered ? 1 / count : null;
  }

  /** Receives the validation perplexity, which may start the averaging. */
  validated(perplexity: number): void {
    const early = this.#perplexities.slice(0, Math.max(0, this.#perplexities.length - this.#nonmono));
    if (early.some((before) => perplexity > before)) this.#triggered = true;
    this.#perplexities.push(perplexity);
  }

  protected numbers(): SavedNumbers {
    return { triggered: this.#triggered ? 1 : 0, perplexities: [...this.#perplexities] };
  }

  protected restoreNumbers(numbers: SavedNumbers): void {
    this.#perplexities = [...savedList(this.name, numbers, 'perplexities')];
    this.#triggered = numbers.triggered === 1;
  }
}
