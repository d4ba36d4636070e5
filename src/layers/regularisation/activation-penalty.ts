import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { checkNotNegative } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectShape, type Layer, workspaceOf } from '../layer.ts';

/**
 * Activation regularisation (AR, Merity et al. 2017): α·mean of h², over all N·T·H numbers.
 *
 * It is applied to the top layer's output hs (N, T, H) after dropout and does not change it. Reported perplexities do not
 * include the penalty. Memory: N·T·H.
 */
export class ActivationPenalty implements Layer {
  /** None: the layer has no parameters. */
  readonly params: readonly [] = [];
  /** The factor α. */
  readonly alpha: number;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #sum: Tensor;
  #hs: Tensor | null = null;

  /**
   * @param alpha the factor α; 2 in the AWD-LSTM
   * @throws {UnrolledError} code `option-value` unless alpha is 0 or a positive number
   */
  constructor(backend: Backend, alpha: number) {
    checkNotNegative('ActivationPenalty', { alpha }, 1);
    this.alpha = alpha;
    this.#backend = backend;
    this.#space = workspaceOf('ActivationPenalty', backend);
    this.#sum = backend.arena.tensor([1], 'float64');
  }

  /**
   * hs (N, T, H), which must stay unchanged until `backward` → Σh² (1, float64). The penalty is α/(N·T·H) times that
   * sum, in nats.
   */
  forward(hs: Tensor): Tensor {
    this.#backend.write(this.#sum, [0]);
    this.#backend.addSumOfSquares(this.#sum, hs);
    this.#hs = hs;
    return this.#sum;
  }

  /**
   * dhs (N, T, H) → dhs + 2α/(N·T·H)·hs
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhs has the shape of the output
   */
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
