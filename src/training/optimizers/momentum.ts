import type { Backend } from '../../backends/backend.ts';
import { checkShare } from '../check.ts';
import { MomentOptimizer, type Move } from './moment-optimizer.ts';

export interface MomentumOptions {
  lr: number;
  /** What stays of the velocity. Default 0.9, as in Sutskever et al. 2013 and the book's `Momentum`. */
  momentum?: number;
  /** L2: weightDecay·W is added to the gradient. Default 0. */
  weightDecay?: number;
}

/**
 * SGD with momentum (Polyak 1964), as PyTorch's `SGD(momentum=…)`: with g = dW + weightDecay·W and v = 0
 * at first, v ← momentum·v + g and W ← W − lr·v.
 *
 * Memory: as many numbers as the parameters have.
 */
export class Momentum extends MomentOptimizer {
  readonly #momentum: number;

  /** @throws when lr is not a positive number, momentum not in [0, 1), or weightDecay below 0 */
  constructor(backend: Backend, { lr, momentum = 0.9, weightDecay = 0 }: MomentumOptions) {
    super('Momentum', backend, { lr, weightDecay, moments: ['velocity'] });
    checkShare('Momentum', { momentum }, 0.9);
    this.#momentum = momentum;
  }

  protected moveOf(): Move {
    const numbers = { decay: this.weightDecay, momentum: this.#momentum, ofGradient: 0, ofVelocity: this.lr };
    return ({ value, grad }, [v]) => this.backend.momentumStep(value, v, grad, numbers);
  }
}
