import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectTargets, type Layer, workspaceOf } from '../layer.ts';

/** Options of a layer with a loss. */
export interface LossOptions {
  /** The label of padding, whose loss and gradient are 0. Default −1. */
  ignoreLabel?: number;
}

/** The result of a layer with a loss; valid until its next `forward`. */
export interface BlockLoss {
  /** (3, float64) The mean loss in nats over the targets that are not ignored, the sum of their losses, their number. */
  readonly total: Tensor;
  /** (N, T) The loss of each target in nats, 0 where it is ignored. */
  readonly losses: Tensor;
}

/**
 * Softmax with cross-entropy loss: L = the mean of −log softmax(x)[t] over the targets that are not ignored.
 *
 * xs (N, T, V) and ts (N, T) → the total and each loss. Each row's maximum is subtracted first, so that exp
 * can't overflow. When every target is ignored, loss and gradient are 0.
 */
export class TimeSoftmaxWithLoss implements Layer {
  /** None: the layer has no parameters. */
  readonly params: readonly [] = [];
  /** The label of padding, whose loss and gradient are 0. */
  readonly ignoreLabel: number;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #dxs: Tensor | null = null;

  /** @throws {UnrolledError} code `option-value` for a wrong type of argument */
  constructor(backend: Backend, options: LossOptions = {}) {
    optionsOf('TimeSoftmaxWithLoss', options);
    this.ignoreLabel = options.ignoreLabel ?? -1;
    this.#backend = backend;
    this.#space = workspaceOf('TimeSoftmaxWithLoss', backend);
  }

  /**
   * xs (N, T, V) logits, ts (N, T) int32 labels, each `ignoreLabel` or from 0 to V − 1.
   *
   * @param gradient false if no `backward` follows: saves its time and N·T·V numbers of memory. Default true
   * @throws {UnrolledError} code `shape` for targets of another N or T; `id-range` for another label, if the backend detects it
   */
  forward(xs: Tensor, ts: Tensor, gradient: boolean = true): BlockLoss {
    const [N, T] = xs.shape;
    expectTargets('TimeSoftmaxWithLoss', xs, ts);
    const total = this.#space.tensor('total', [3], 'float64');
    const losses = this.#space.sequence('losses', [N, T]);
    this.#dxs = gradient ? this.#space.sequence('dxs', xs.shape) : null;
    const dxs = this.#dxs?.rows() ?? null;
    this.#backend.countTargets(total, ts, xs.shape[2], this.ignoreLabel);
    const out = { losses, total, dxs, sums: null };
    this.#backend.softmaxWithLoss(out, xs.rows(), null, ts, this.ignoreLabel);
    return { total, losses };
  }

  /**
   * dxs (N, T, V), the gradient of the mean loss w.r.t. xs; the loss itself has gradient 1.
   * @throws {UnrolledError} code `call-order` before `forward`
   */
  backward(): Tensor {
    if (!this.#dxs) {
      throw new UnrolledError(
        'call-order',
        'TimeSoftmaxWithLoss: backward needs a gradient; call forward first, without gradient = false.',
      );
    }
    return this.#dxs;
  }
}
