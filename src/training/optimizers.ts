import type { Backend } from '../backends/backend.ts';
import { UnrolledError } from '../errors.ts';
import type { Param } from '../layers/layer.ts';

/** Moves parameters against their gradients. */
export interface Optimizer {
  readonly name: string;
  /** The learning rate of the next update. */
  lr: number;
  update(params: readonly Param[]): void;
}

/** Stochastic gradient descent: W ← W − lr·dW. */
export class SGD implements Optimizer {
  readonly name = 'sgd';
  lr: number;
  readonly #backend: Backend;

  /** @throws when lr is not a positive number */
  constructor(backend: Backend, { lr }: { lr: number }) {
    if (!(lr > 0 && Number.isFinite(lr))) {
      throw new UnrolledError(`SGD: lr is ${lr}; it must be a positive number, for example 0.1.`);
    }
    this.#backend = backend;
    this.lr = lr;
  }

  update(params: readonly Param[]): void {
    for (const { value, grad, rows } of params) this.#backend.addScaled(value, -this.lr, grad, rows);
  }
}
