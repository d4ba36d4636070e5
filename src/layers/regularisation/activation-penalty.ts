import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { checkNotNegative } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectShape, type Layer, workspaceOf } from '../layer.ts';

/**
 * Activation regularisation (AR, Merity et al. 2017): α·mean of h², over all N·T·H numbers.
 *
 * Applies to the top layer's output after dropout and returns it unchanged: hs (N, T, H). The penalty isn't
 * part of the loss behind a perplexity. Memory: N·T·H.
 */
export class ActivationPenalty implements Layer {
  readonly params: readonly [] = [];
  readonly alpha: number;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #sum: Tensor;
  #hs: Tensor | null = null;

  /** @throws unless alpha is 0 or a positive number; 2 in the AWD-LSTM */
  constructor(backend: Backend, alpha: number) {
    checkNotNegative('ActivationPenalty', { alpha }, 1);
    this.alpha = alpha;
    this.#backend = backend;
    this.#space = workspaceOf('ActivationPenalty', backend);
    this.#sum = backend.arena.tensor([1], 'float64');
  }

  /**
   * hs (N, T, H), which must keep its numbers until `backward` → Σh² (1, float64). The penalty, in nats, is
   * α/(N·T·H) times that sum.
   */
  forward(hs: Tensor): Tensor {
    this.#backend.write(this.#sum, [0]);
    this.#backend.addSumOfSquares(this.#sum, hs);
    this.#hs = hs;
    return this.#sum;
  }

  /** dhs (N, T, H) → dhs + 2α/(N·T·H)·hs */
  backward(dhs: Tensor): Tensor {
    const hs = this.#hs;
    if (!hs)
      throw new UnrolledError(
        'call-order',
        'ActivationPenalty: backward came before forward; call forward first.',
      );
    expectShape('ActivationPenalty', 'dhs', dhs, 'N, T, H', hs.shape);
    const out = this.#space.sequence('dhs', hs.shape);
    this.#backend.copy(out, dhs);
    this.#backend.addScaled(out, (2 * this.alpha) / hs.size, hs);
    return out;
  }
}
