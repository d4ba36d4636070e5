import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../../layers/layer.ts';
import type { Arena } from '../../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../../tensor/memory-checks.ts';
import { Moments } from '../optimizers/moments.ts';
import { type SavedNumbers, type SavedState, savedCount, savedParts } from '../state/saved-state.ts';

/**
 * An average of the weights over the updates, which evaluates better than the weights themselves.
 *
 * Training continues with the weights; evaluate, save and generate with the average inside `during`.
 * Memory: as many numbers as the parameters have.
 */
export abstract class WeightAverage {
  abstract readonly name: string;
  /** Whether it waits for `validated`. */
  abstract readonly needsValidation: boolean;
  readonly #backend: Backend;
  readonly #arena: Arena;
  readonly #averages: Moments;
  #averaged = 0;

  protected constructor(backend: Backend) {
    this.#backend = backend;
    this.#arena = arenaOf('average', backend);
    this.#averages = new Moments(backend, 'average');
  }

  /** Comes after each update of the weights. */
  update(params: readonly Param[]): void {
    checkUsableParams('average', this.#arena, params);
    const share = this.share(this.#averaged + 1);
    for (const param of params) this.#take(param, share);
    if (share !== null) this.#averaged += 1;
  }

  /** The weight of update number `count` in the average; null while there is no average. */
  protected abstract share(count: number): number | null;

  /** Comes after each evaluation with the perplexity that it found. */
  abstract validated(perplexity: number): void;

  /** Whether there is an average. Without one, `during` changes nothing. */
  get begun(): boolean {
    return this.#averaged > 0;
  }

  /**
   * Runs with the average in place of the weights; afterwards, even after an error, restores them bit for
   * bit.
   */
  async during<Result>(
    params: readonly Param[],
    run: () => Result | Promise<Result>,
  ): Promise<Awaited<Result>> {
    checkUsableParams('average', this.#arena, params);
    if (!this.begun) return await run();
    this.#swap(params);
    try {
      return await run();
    } finally {
      this.#swap(params);
    }
  }

  async save(): Promise<SavedState> {
    const numbers = { averaged: this.#averaged, ...this.numbers() };
    return { tensors: await this.#averages.save(), numbers };
  }

  /** Continues where `save` was called. Throws when this kind of average can't have written it. */
  restore(state: SavedState): void {
    const { tensors, numbers } = savedParts(this.name, state);
    this.#averaged = savedCount(this.name, numbers, 'averaged');
    this.#averages.restore(tensors, this.begun);
    this.restoreNumbers(numbers);
  }

  /** What a kind of average remembers beside the average. */
  protected abstract numbers(): SavedNumbers;

  protected abstract restoreNumbers(numbers: SavedNumbers): void;

  /** The place is taken from the first update on, so that memory doesn't grow in the midst of a run. */
  #take(param: Param, share: number | null): void {
    const average = this.#averages.of(param);
    if (share === null) return;
    if (this.begun) this.#backend.lerp(average, share, param.value);
    else this.#backend.copy(average, param.value);
  }

  #swap(params: readonly Param[]): void {
    for (const param of params) this.#backend.swap(param.value, this.#averages.of(param));
  }
}
