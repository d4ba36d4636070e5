import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { checkNotNegative } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectShape, expectTargets, type Layer, workspaceOf } from '../layer.ts';

/**
 * Temporal activation regularisation (TAR, Merity et al. 2017): β·mean of (h_t − h_{t−1})², over the
 * (T − 1)·N·H differences inside a block. A block of one step has no penalty. A difference across a reset counts as 0, so
 * that the other differences keep the same weight as in a block without resets.
 *
 * It is applied to the top layer's output hs (N, T, H) before dropout and does not change it.
 * Memory: N·(2T − 1)·H.
 */
export class TemporalPenalty implements Layer {
  /** None: the layer has no parameters. */
  readonly params: readonly [] = [];
  /** The factor β. */
  readonly beta: number;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #sum: Tensor;
  #hs: Tensor | null = null;
  #differences: Tensor | null = null;

  /**
   * @param beta the factor β; 1 in the AWD-LSTM
   * @throws {UnrolledError} code `option-value` unless beta is 0 or a positive number
   */
  constructor(backend: Backend, beta: number) {
    checkNotNegative('TemporalPenalty', { beta }, 1);
    this.beta = beta;
    this.#backend = backend;
    this.#space = workspaceOf('TemporalPenalty', backend);
    this.#sum = backend.arena.tensor([1], 'float64');
  }

  /**
   * hs (N, T, H) → Σ(h_t − h_{t−1})² (1, float64). The penalty is β/((T − 1)·N·H) times that sum, in nats, and 0 for T = 1.
   * @param resets (N, T, int32) 1 where the state is reset before the step, else 0. Default: none
   * @throws {UnrolledError} code `shape` unless resets has the N and T of hs
   */
  forward(hs: Tensor, resets: Tensor | null = null): Tensor {
    const { before, after } = halves(hs);
    const differences = this.#space.tensor('differences', before.shape);
    this.#backend.copy(differences, after);
    this.#backend.addScaled(differences, -1, before);
    if (resets) this.#skip(differences, hs, resets);
    this.#backend.write(this.#sum, [0]);
    this.#backend.addSumOfSquares(this.#sum, differences);
    [this.#hs, this.#differences] = [hs, differences];
    return this.#sum;
  }

  #skip(differences: Tensor, hs: Tensor, resets: Tensor): void {
    expectTargets('TemporalPenalty', hs, resets, 'resets');
    const [N] = hs.shape;
    this.#backend.resetRows(differences, differences, resets.part([differences.size / hs.shape[2]], N));
  }

  /**
   * dhs (N, T, H) → dhs_t + 2β/((T − 1)·N·H)·((h_t − h_{t−1}) − (h_{t+1} − h_t))
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhs has the shape of the output
   */
  backward(dhs: Tensor): Tensor {
    const [hs, differences] = [this.#hs, this.#differences];
    if (!hs || !differences)
      throw new UnrolledError(
        'call-order',
        'TemporalPenalty: backward came before forward; call forward first.',
      );
    expectShape('TemporalPenalty', 'dhs', dhs, 'N, T, H', hs.shape);
    const out = this.#space.sequence('dhs', hs.shape);
    this.#backend.copy(out, dhs);
    if (differences.size === 0) return out;
    const { before, after } = halves(out);
    const factor = (2 * this.beta) / differences.size;
    this.#backend.addScaled(after, factor, differences);
    this.#backend.addScaled(before, -factor, differences);
    return out;
  }
}

/** All steps but the last, and all but the first, each ((T − 1)·N, H). */
function halves(hs: Tensor): { before: Tensor; after: Tensor } {
  const [N, T, H] = hs.shape;
  const shape = [(T - 1) * N, H];
  return { before: hs.part(shape), after: hs.part(shape, N * H) };
}
