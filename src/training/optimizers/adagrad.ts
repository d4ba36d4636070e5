import type { Backend } from '../../backends/backend.ts';
import { checkPositive, optionsOf } from '../../kinds.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';

/** Options of `AdaGrad`. */
export interface AdaGradOptions {
  /** Learning rate. Default 0.01, as in PyTorch. */
  lr?: number;
  /** Added to the denominator. Default 1e-10, as in PyTorch. */
  epsilon?: number;
  /** L2 penalty: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * AdaGrad (Duchi et al. 2011), as in PyTorch. With g = dW + weightDecay·W and s initially 0,
 * s ← s + g² and W ← W − lr·g/(√s + epsilon).
 *
 * Memory: one tensor per parameter.
 */
export class AdaGrad extends MomentOptimizer {
  readonly #epsilon: number;

  /** @throws {UnrolledError} `option-value` when lr or epsilon is not positive, or weightDecay is negative */
  constructor(backend: Backend, options: AdaGradOptions = {}) {
    const { lr = 0.01, epsilon = 1e-10, weightDecay = 0 } = optionsOf('AdaGrad', options);
    super('AdaGrad', backend, { lr, weightDecay, moments: ['squares'] });
    checkPositive('AdaGrad', { epsilon }, 1e-10);
    this.#epsilon = epsilon;
  }

  protected updateRule(): UpdateRule {
    const numbers = { decay: this.weightDecay, keep: 1, share: 1, rate: this.lr, epsilon: this.#epsilon };
    return ({ value, grad }, [s]) => this.backend.squaresStep(value, s, grad, numbers);
  }
}
