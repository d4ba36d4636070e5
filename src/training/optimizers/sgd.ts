import type { Backend } from '../../backends/backend.ts';
import { checkNotNegative, checkPositive, optionsOf } from '../../kinds.ts';
import type { Param } from '../../layers/layer.ts';
import type { Arena } from '../../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../../tensor/memory-checks.ts';
import { type SavedState, savedNumber, savedParts } from '../state/saved-state.ts';
import type { Optimizer } from './optimizer.ts';

/** Options of `SGD`. */
export interface SGDOptions {
  /** Learning rate. */
  lr: number;
  /** L2 penalty: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent (Robbins and Monro 1951): W ← W − lr·(dW + weightDecay·W).
 *
 * Updates only the embedding rows that occurred in the batch; with weight decay, all rows. Needs no extra memory.
 */
export class SGD implements Optimizer {
  /** The name that checkpoints record. */
  readonly name = 'sgd';
  /** The learning rate of the next update. */
  lr: number;
  readonly #backend: Backend;
  readonly #arena: Arena;
  readonly #weightDecay: number;

  /** @throws {UnrolledError} `option-value` when lr is not positive, or weightDecay is negative */
  constructor(backend: Backend, options: SGDOptions) {
    const { lr, weightDecay = 0 } = optionsOf('SGD', options, 'Pass { lr: 0.1 }.');
    checkPositive('SGD', { lr }, 0.1);
    checkNotNegative('SGD', { weightDecay }, 1e-6);
    this.#backend = backend;
    this.#arena = arenaOf('SGD', backend);
    this.#weightDecay = weightDecay;
    this.lr = lr;
  }

  /**
   * Updates the parameters from their gradients.
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend
   */
  update(params: readonly Param[]): void {
    checkUsableParams('SGD', this.#arena, params);
    const decay = this.lr * this.#weightDecay;
    for (const { value, grad, rows } of params) {
      if (decay > 0) this.#backend.addScaled(value, -decay, value);
      this.#backend.addScaled(value, -this.lr, grad, rows);
    }
  }

  /** Copies the learning rate. */
  async save(): Promise<SavedState> {
    return { tensors: new Map(), numbers: { lr: this.lr } };
  }

  /**
   * Restores a state that `save` returned.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of optimizer saved it, `option-value` when it is no saved state
   */
  restore(state: SavedState): void {
    this.lr = savedNumber('SGD', savedParts('SGD', state).numbers, 'lr');
  }
}
