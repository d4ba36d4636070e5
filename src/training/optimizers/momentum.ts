import type { Backend } from '../../backends/backend.ts';
import { checkRate, optionsOf } from '../../kinds.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';

/** Options of `Momentum` and `Nesterov`. */
export interface MomentumOptions {
  /** Learning rate. */
  lr: number;
  /** Decay of the velocity. Default 0.9, as in Sutskever et al. 2013 and the book's `Momentum`. */
  momentum?: number;
  /** L2 penalty: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/** SGD with classical or Nesterov momentum. */
abstract class MomentumBase extends MomentOptimizer {
  readonly #momentum: number;
  readonly #nesterov: boolean;

  protected constructor(where: string, backend: Backend, options: MomentumOptions, nesterov: boolean) {
    const { lr, momentum = 0.9, weightDecay = 0 } = optionsOf(where, options, 'Pass { lr: 0.1 }.');
    super(where, backend, { lr, weightDecay, moments: ['velocity'] });
    checkRate(where, { momentum }, 0.9);
    this.#momentum = momentum;
    this.#nesterov = nesterov;
  }

  protected updateRule(): UpdateRule {
    const [decay, momentum] = [this.weightDecay, this.#momentum];
    const rates = this.#nesterov
      ? { gradientRate: this.lr, velocityRate: this.lr * momentum }
      : { gradientRate: 0, velocityRate: this.lr };
    const numbers = { decay, momentum, ...rates };
    return ({ value, grad }, [v]) => this.backend.momentumStep(value, v, grad, numbers);
  }
}

/**
 * SGD with momentum (Polyak 1964), as PyTorch's `SGD(momentum=…)`. With g = dW + weightDecay·W and v initially 0,
 * v ← momentum·v + g and W ← W − lr·v.
 *
 * Memory: one tensor per parameter.
 */
export class Momentum extends MomentumBase {
  /** @throws {UnrolledError} `option-value` when lr is not positive, momentum is not in [0, 1), or weightDecay is negative */
  constructor(backend: Backend, options: MomentumOptions) {
    super('Momentum', backend, options, false);
  }
}

/**
 * Nesterov momentum in the form of Sutskever et al. 2013, as PyTorch's `SGD(nesterov=True)`. With
 * g = dW + weightDecay·W and v initially 0, v ← momentum·v + g and W ← W − lr·(g + momentum·v).
 *
 * Memory: one tensor per parameter.
 */
export class Nesterov extends MomentumBase {
  /** @throws {UnrolledError} `option-value` when lr is not positive, momentum is not in [0, 1), or weightDecay is negative */
  constructor(backend: Backend, options: MomentumOptions) {
    super('Nesterov', backend, options, true);
  }
}
