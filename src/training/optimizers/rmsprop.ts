import type { Backend } from '../../backends/backend.ts';
import { checkPositive, checkRate, optionsOf } from '../../kinds.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';

/** Options of `RMSprop`. */
export interface RMSpropOptions {
  /** Learning rate. Default 0.01, as in PyTorch. */
  lr?: number;
  /** α, the decay of the mean square gradient. Default 0.99, as in PyTorch. */
  alpha?: number;
  /** Added to the denominator. Default 1e-8, as in PyTorch. */
  epsilon?: number;
  /** L2 penalty: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * RMSprop (Tieleman and Hinton 2012), as in PyTorch. With g = dW + weightDecay·W and s initially 0,
 * s ← alpha·s + (1 − alpha)·g² and W ← W − lr·g/(√s + epsilon).
 *
 * Memory: one tensor per parameter.
 */
export class RMSprop extends MomentOptimizer {
  readonly #alpha: number;
  readonly #epsilon: number;

  /**
   * @throws {UnrolledError} `option-value` when lr or epsilon is not positive, alpha is not in [0, 1), or
   * weightDecay is negative
   */
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
