import type { Backend } from '../../backends/backend.ts';
import { checkPositive, checkRate, optionsOf } from '../../kinds.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';

export interface RMSpropOptions {
  /** Default 0.01, PyTorch's. */
  lr?: number;
  /** α, the decay of the mean square. Default 0.99, PyTorch's. */
  alpha?: number;
  /** Default 1e-8, PyTorch's. */
  epsilon?: number;
  /** L2: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * RMSprop (Tieleman and Hinton 2012), as PyTorch's: with g = dW + weightDecay·W and s = 0 at first,
 * s ← alpha·s + (1 − alpha)·g² and W ← W − lr·g/(√s + epsilon).
 *
 * Memory: as many numbers as the parameters have.
 */
export class RMSprop extends MomentOptimizer {
  readonly #alpha: number;
  readonly #epsilon: number;

  /** @throws when lr or epsilon is not a positive number, alpha not in [0, 1), or weightDecay below 0 */
  constructor(backend: Backend, options: RMSpropOptions = {}) {
    const { lr = 0.01, alpha = 0.99, epsilon = 1e-8, weightDecay = 0 } = optionsOf('RMSprop', options);
    super('RMSprop', backend, { lr, weightDecay, moments: ['squares'] });
    checkRate('RMSprop', { alpha }, 0.99);
    checkPositive('RMSprop', { epsilon }, 1e-8);
    this.#alpha = alpha;
    this.#epsilon = epsilon;
  }

  protected updateRule(): UpdateRule {
    const [keep, share] = [this.#alpha, 1 - this.#alpha];
    const numbers = { decay: this.weightDecay, keep, share, rate: this.lr, epsilon: this.#epsilon };
    return ({ value, grad }, [s]) => this.backend.squaresStep(value, s, grad, numbers);
  }
}
