import type { Backend } from '../../backends/backend.ts';
import { checkPositive, optionsOf } from '../../kinds.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';

export interface AdaGradOptions {
  /** Default 0.01, PyTorch's. */
  lr?: number;
  /** Default 1e-10, PyTorch's. */
  epsilon?: number;
  /** L2: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * AdaGrad (Duchi et al. 2011), as PyTorch's: with g = dW + weightDecay·W and s = 0 at first,
 * s ← s + g² and W ← W − lr·g/(√s + epsilon).
 *
 * Memory: as many numbers as the parameters have.
 */
export class AdaGrad extends MomentOptimizer {
  readonly #epsilon: number;

  /** @throws when lr or epsilon is not a positive number, or weightDecay below 0 */
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
