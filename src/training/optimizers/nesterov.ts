import type { Backend } from '../../backends/backend.ts';
import { checkShare } from '../check.ts';
import { MomentOptimizer, type Move } from './moment-optimizer.ts';
import type { MomentumOptions } from './momentum.ts';

/**
 * Nesterov's momentum in the form of Sutskever et al. 2013, as PyTorch's `SGD(nesterov=True)`: with
 * g = dW + weightDecay·W and v = 0 at first, v ← momentum·v + g and W ← W − lr·(g + momentum·v).
 *
 * Memory: as many numbers as the parameters have.
 */
export class Nesterov extends MomentOptimizer {
  readonly #momentum: number;

  /** @throws when lr is not a positive number, momentum not in [0, 1), or weightDecay below 0 */
  constructor(backend: Backend, { lr, momentum = 0.9, weightDecay = 0 }: MomentumOptions) {
    super('Nesterov', backend, { lr, weightDecay, moments: ['velocity'] });
    checkShare('Nesterov', { momentum }, 0.9);
    this.#momentum = momentum;
  }

  protected moveOf(): Move {
    const [decay, momentum] = [this.weightDecay, this.#momentum];
    const numbers = { decay, momentum, ofGradient: this.lr, ofVelocity: this.lr * momentum };
    return ({ value, grad }, [v]) => this.backend.momentumStep(value, v, grad, numbers);
  }
}
