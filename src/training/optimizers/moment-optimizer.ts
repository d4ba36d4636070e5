import type { Backend } from '../../backends/backend.ts';
import { checkNotNegative, checkPositive } from '../../kinds.ts';
import type { Param } from '../../layers/layer.ts';
import type { Arena } from '../../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../../tensor/memory-checks.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type SavedState, savedCount, savedNumber, savedParts } from '../state/saved-state.ts';
import { Moments } from './moments.ts';
import type { Optimizer } from './optimizer.ts';

/** Options shared by optimizers with moments. */
export interface MomentOptimizerOptions {
  readonly lr: number;
  readonly weightDecay: number;
  /** The names of its moments: `['velocity']`. */
  readonly moments: readonly string[];
}

/** Updates one parameter. `moments` are its moment tensors, in the order of the options. */
export type UpdateRule = (param: Param, moments: readonly Tensor[]) => void;

/**
 * An optimizer with moments (tensors of each parameter's shape) and a step count.
 *
 * It updates whole tensors: an embedding row that did not occur has zero gradient but non-zero moments, so it still
 * moves.
 */
export abstract class MomentOptimizer implements Optimizer {
  /** The name that checkpoints record. */
  readonly name: string;
  /** The learning rate of the next update. */
  lr: number;
  protected readonly backend: Backend;
  protected readonly weightDecay: number;
  readonly #where: string;
  readonly #arena: Arena;
  readonly #moments: readonly Moments[];
  #updates = 0;

  /** @param where the class name, for errors; in lower case, the optimizer's name */
  protected constructor(where: string, backend: Backend, options: MomentOptimizerOptions) {
    const { lr, weightDecay, moments } = options;
    checkPositive(where, { lr }, 0.001);
    checkNotNegative(where, { weightDecay }, 1e-6);
    this.name = where.toLowerCase();
    this.lr = lr;
    this.backend = backend;
    this.#arena = arenaOf(where, backend);
    this.weightDecay = weightDecay;
    this.#where = where;
    this.#moments = moments.map((name) => new Moments(backend, name));
  }

  /** The rule of update number `count`, counted from 1. */
  protected abstract updateRule(count: number): UpdateRule;

  /**
   * Updates the parameters from their gradients.
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend or model, `checkpoint-foreign` when
   * the restored moments don't fit them
   */
  update(params: readonly Param[]): void {
    checkUsableParams(this.#where, this.#arena, params);
    this.#updates += 1;
    const move = this.updateRule(this.#updates);
    for (const param of params) {
      move(
        param,
        this.#moments.map((moments) => moments.of(param)),
      );
    }
  }

  /** Copies the moments, the step count and the learning rate. */
  async save(): Promise<SavedState> {
    const saved = await Promise.all(this.#moments.map((moments) => moments.save()));
    const tensors = new Map(saved.flatMap((arrays) => [...arrays]));
    return { tensors, numbers: { lr: this.lr, updates: this.#updates } };
  }

  /**
   * Restores a state that `save` returned, bit for bit.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of optimizer saved it, `option-value` when it is no saved state
   */
  restore(state: SavedState): void {
    const { tensors, numbers } = savedParts(this.#where, state);
    this.lr = savedNumber(this.#where, numbers, 'lr');
    this.#updates = savedCount(this.#where, numbers, 'updates');
    for (const moments of this.#moments) moments.restore(tensors, this.#updates > 0);
  }
}
