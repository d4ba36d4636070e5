import type { Backend } from '../../backends/backend.ts';
import { checkNotNegative, checkPositive, optionsOf } from '../../kinds.ts';
import type { Param } from '../../layers/layer.ts';
import type { Arena } from '../../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../../tensor/memory-checks.ts';
import { type SavedState, savedNumber, savedParts } from '../state/saved-state.ts';
import type { Optimizer } from './optimizer.ts';

export interface SGDOptions {
  lr: number;
  /** L2: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent (Robbins and Monro 1951): W ← W − lr·(dW + weightDecay·W).
 *
 * Of a table it updates the rows that occurred, with weight decay all rows. No memory beside the weights.
 */
export class SGD implements Optimizer {
  readonly name = 'sgd';
  lr: number;
  readonly #backend: Backend;
  readonly #arena: Arena;
  readonly #weightDecay: number;

  /** @throws when lr is not a positive number, or weightDecay is below 0 */
  constructor(backend: Backend, options: SGDOptions) {
    const { lr, weightDecay = 0 } = optionsOf('SGD', options, 'Give { lr: 0.1 }.');
    checkPositive('SGD', { lr }, 0.1);
    checkNotNegative('SGD', { weightDecay }, 1e-6);
    this.#backend = backend;
    this.#arena = arenaOf('SGD', backend);
    this.#weightDecay = weightDecay;
    this.lr = lr;
  }

  update(params: readonly Param[]): void {
    checkUsableParams('SGD', this.#arena, params);
    const decay = this.lr * this.#weightDecay;
    for (const { value, grad, rows } of params) {
      if (decay > 0) this.#backend.addScaled(value, -decay, value);
      this.#backend.addScaled(value, -this.lr, grad, rows);
    }
  }

  async save(): Promise<SavedState> {
    return { tensors: new Map(), numbers: { lr: this.lr } };
  }

  restore(state: SavedState): void {
    this.lr = savedNumber('SGD', savedParts('SGD', state).numbers, 'lr');
  }
}
