import type { Backend } from '../../backends/backend.ts';
import { checkCount, optionsOf } from '../../kinds.ts';
import { type SavedNumbers, savedList } from '../state/saved-state.ts';
import { WeightAverage } from './weight-average.ts';

export interface NTASGDOptions {
  /** The non-monotone interval, in evaluations. Default 5, as in the paper. */
  nonmono?: number;
}

/**
 * The average of NT-ASGD (Merity, Keskar and Socher 2018, algorithm 1): it begins once a perplexity is
 * worse than the best of all but the `nonmono` before it, and is then the mean of the weights after each
 * update. With `SGD` beside it, that is the paper's optimizer.
 */
export class NTASGD extends WeightAverage {
  readonly name = 'nt-asgd';
  readonly needsValidation = true;
  readonly #nonmono: number;
  /** Of the evaluations before the average began. */
  #perplexities: number[] = [];
  #triggered = false;

  /** @throws when nonmono is not an integer ≥ 0 */
  constructor(backend: Backend, options: NTASGDOptions = {}) {
    super(backend);
    const { nonmono = 5 } = optionsOf('NTASGD', options);
    checkCount('NTASGD', { nonmono }, 0);
    this.#nonmono = nonmono;
  }

  protected share(count: number): number | null {
    return this.#triggered ? 1 / count : null;
  }

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
