import type { Backend } from '../../backends/backend.ts';
import { checkPositive, checkRate, optionsOf } from '../../kinds.ts';
import { power } from '../../tensor/portable-math.ts';
import { MomentOptimizer, type UpdateRule } from './moment-optimizer.ts';

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  /** Learning rate. Default 0.001, as in the paper. */
  lr?: number;
  /** β₁, the decay of the first moment. Default 0.9, as in the paper. */
  beta1?: number;
  /** β₂, the decay of the second moment. Default 0.999, as in the paper. */
  beta2?: number;
  /** Added to the denominator. Default 1e-8, as in the paper. */
  epsilon?: number;
  /** `Adam`: L2 penalty, added to the gradient; default 0. `AdamW`: decoupled weight decay; default 0.01. */
  weightDecay?: number;
}

/** Adam with L2 regularisation or decoupled weight decay. */
abstract class AdamBase extends MomentOptimizer {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #decoupled: boolean;

  protected constructor(where: string, backend: Backend, options: AdamOptions, decoupled: boolean) {
    const { lr = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optionsOf(where, options);
    const { weightDecay = decoupled ? 0.01 : 0 } = options;
    super(where, backend, { lr, weightDecay, moments: ['mean', 'squares'] });
    checkRate(where, { beta1 }, 0.9);
    checkRate(where, { beta2 }, 0.999);
    checkPositive(where, { epsilon }, 1e-8);
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
    this.#decoupled = decoupled;
  }

  /** As at the end of the paper's section 2: the bias corrections of m and v are folded into rate and epsilon. */
  protected updateRule(count: number): UpdateRule {
    const [beta1, beta2] = [this.#beta1, this.#beta2];
    const root = Math.sqrt(1 - power(beta2, count));
    const numbers = {
      decay: this.#decoupled ? 0 : this.weightDecay,
      decoupledDecay: this.#decoupled ? this.lr * this.weightDecay : 0,
      beta1,
      oneMinusBeta1: 1 - beta1,
      beta2,
      oneMinusBeta2: 1 - beta2,
      rate: (this.lr * root) / (1 - power(beta1, count)),
      epsilon: this.#epsilon * root,
    };
    return ({ value, grad }, [m, v]) => this.backend.adamStep(value, m, v, grad, numbers);
  }
}

/**
 * Adam (Kingma and Ba 2015), as in PyTorch. With g = dW + weightDecay·W, m and v initially 0, and t the
 * number of the update, m ← beta1·m + (1 − beta1)·g, v ← beta2·v + (1 − beta2)·g² and
 * W ← W − lr·m̂/(√v̂ + epsilon), where m̂ = m/(1 − beta1ᵗ) and v̂ = v/(1 − beta2ᵗ).
 *
 * Memory: two tensors per parameter.
 */
export class Adam extends AdamBase {
  /**
   * @throws {UnrolledError} `option-value` when lr or epsilon is not positive, a beta is not in [0, 1), or
   * weightDecay is negative
   */
  constructor(backend: Backend, options: AdamOptions = {}) {
    super('Adam', backend, options, false);
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), as in PyTorch: g is dW alone, and
 * W ← W − lr·weightDecay·W − lr·m̂/(√v̂ + epsilon).
 *
 * Memory: two tensors per parameter.
 */
export class AdamW extends AdamBase {
  /**
   * @throws {UnrolledError} `option-value` when lr or epsilon is not positive, a beta is not in [0, 1), or
   * weightDecay is negative
   */
  constructor(backend: Backend, options: AdamOptions = {}) {
    super('AdamW', backend, options, true);
  }
}
