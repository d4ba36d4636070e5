import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../../layers/layer.ts';
import type { Arena } from '../../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../../tensor/memory-checks.ts';
import { Moments } from '../optimizers/moments.ts';
import { type SavedNumbers, type SavedState, savedCount, savedParts } from '../state/saved-state.ts';

/**
 * A running average of the weights, which usually has a lower validation loss than the weights themselves.
 *
 * Training updates the plain weights. To evaluate, save or generate with the average, call `during`.
 * Memory: one copy of the parameters.
 */
export abstract class WeightAverage {
  /** The name that checkpoints record. */
  abstract readonly name: string;
  /** Whether the average depends on `validated`, so that training needs a validation text. */
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

  /**
   * Updates the average; call it after each optimizer step.
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend or model
   */
  update(params: readonly Param[]): void {
    checkUsableParams('average', this.#arena, params);
    const share = this.share(this.#averaged + 1);
    for (const param of params) this.#take(param, share);
    if (share !== null) this.#averaged += 1;
  }

  /** The coefficient of the weights after update `count` in the average; null while averaging has not started. */
  protected abstract share(count: number): number | null;

  /** Receives the validation perplexity; call it after each evaluation. */
  abstract validated(perplexity: number): void;

  /** Whether averaging has started. Until then, `during` uses the plain weights. */
  get begun(): boolean {
    return this.#averaged > 0;
  }

  /**
   * Runs a function with the average in place of the weights, then restores the weights exactly, even after an
   * error.
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend, and what `run` throws
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

  /** Copies the state that `restore` needs. */
  async save(): Promise<SavedState> {
    const numbers = { averaged: this.#averaged, ...this.numbers() };
    return { tensors: await this.#averages.save(), numbers };
  }

  /**
   * Restores a state that `save` returned.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of average saved it, `option-value` when it is no saved
   * state
   */
  restore(state: SavedState): void {
    const { tensors, numbers } = savedParts(this.name, state);
    this.#averaged = savedCount(this.name, numbers, 'averaged');
    this.#averages.restore(tensors, this.begun);
    this.restoreNumbers(numbers);
  }

  /** The numbers that a subclass saves besides the average. */
  protected abstract numbers(): SavedNumbers;

  protected abstract restoreNumbers(numbers: SavedNumbers): void;

  /** Allocates from the first update on, so that memory doesn't grow during a run. */
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
