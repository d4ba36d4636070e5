import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import { rowChunks } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectSequence, expectTargets, type Layer, type Param, workspaceOf } from '../layer.ts';
import type { AffineOptions } from './affine.ts';
import type { BlockLoss, LossOptions } from './softmax-with-loss.ts';

/**
 * The maximum number of logits in memory: 32 MB. Smaller chunks would fit a cache, but read and write W and dW more
 * often: with 8 MB a step of `rnn-650` took 14 % longer. A chunk has at least CHUNK_ROWS rows.
 */
const CHUNK_LOGITS = 8_000_000;
const CHUNK_ROWS = 64;

/**
 * `TimeAffine` and `TimeSoftmaxWithLoss` fused: the same results without N·T·V logits in memory.
 *
 * xs (N, T, H), W (H, V) or (V, H) if transposed, b (V), ts (N, T) → the total and each loss.
 * It processes the N·T rows in chunks of C: logits, softmax, loss and all gradients, chunk by chunk. Memory: C·V logits, C·V/32 sums, N·T·H for dxs. C is 8,000,000 / V at most, or 64.
 */
export class TimeAffineWithLoss implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [W: Param, b: Param];
  /** The label of padding, whose loss and gradient are 0. */
  readonly ignoreLabel: number;
  /** Whether W is (V, H). */
  readonly transposed: boolean;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #dxs: Tensor | null = null;

  /** @throws {UnrolledError} code `option-value` for a wrong type of argument; `option-conflict` for parameters of another backend */
  constructor(backend: Backend, W: Param, b: Param, options: LossOptions & AffineOptions = {}) {
    optionsOf('TimeAffineWithLoss', options);
    this.params = [W, b];
    this.transposed = options.transposed ?? false;
    this.ignoreLabel = options.ignoreLabel ?? -1;
    this.#backend = backend;
    this.#space = workspaceOf('TimeAffineWithLoss', backend, this.params);
  }

  /**
   * xs (N, T, H), ts (N, T) int32 → the loss of each target and their total.
   *
   * Also writes the gradients of W and b.
   * @param gradient false if no `backward` follows: W and b keep their gradients. Default true
   * @throws {UnrolledError} code `shape` for another H, or targets of another N or T; `id-range` for a label that is neither
   * `ignoreLabel` nor from 0 to V − 1, if the backend detects it
   */
  forward(xs: Tensor, ts: Tensor, gradient: boolean = true): BlockLoss {
    const [W, b] = this.params;
    const [N, T] = expectSequence('TimeAffineWithLoss', xs, 'W', W.value, this.transposed);
    expectTargets('TimeAffineWithLoss', xs, ts);
    const V = b.value.size;
    const total = this.#space.tensor('total', [3], 'float64');
    const losses = this.#space.sequence('losses', [N, T]);
    this.#dxs = gradient ? this.#space.sequence('dxs', xs.shape) : null;
    if (gradient) W.rows = null;
    this.#backend.countTargets(total, ts, V, this.ignoreLabel);
    const most = Math.max(CHUNK_ROWS, Math.floor(CHUNK_LOGITS / V));
    const C = Math.ceil((N * T) / Math.ceil((N * T) / most));
    for (let first = 0; first < N * T; first += C) {
      this.#chunk(first, Math.min(C, N * T - first), xs, ts, { total, losses });
    }
    return { total, losses };
  }

  /**
   * dxs (N, T, H), the gradient of the mean loss w.r.t. xs; the loss itself has gradient 1.
   * @throws {UnrolledError} code `call-order` before `forward`
   */
  backward(): Tensor {
    if (this.#dxs) return this.#dxs;
    throw new UnrolledError(
      'call-order',
      'TimeAffineWithLoss: backward needs a gradient; call forward first, without gradient = false.',
    );
  }

  /** Rows first … first + C − 1 of the N·T. */
  #chunk(first: number, C: number, xs: Tensor, ts: Tensor, { total, losses: all }: BlockLoss): void {
    const [W, b] = this.params;
    const [H, V] = [xs.shape[2], b.value.size];
    const x = xs.part([C, H], first * H);
    const losses = all.part([C], first);
    const logits = this.#space.tensor('logits', [C, V]);
    const sums = this.#dxs && this.#space.tensor('sums', [rowChunks(C), V]);
    this.#backend.gemm(logits, x, W.value, { transposeB: this.transposed });
    const out = { losses, total, dxs: this.#dxs && logits, sums }; // in place
    this.#backend.softmaxWithLoss(out, logits, b.value, ts.part([C], first), this.ignoreLabel);
    if (!this.#dxs || !sums) return;
    const accumulate = first > 0;
    const [left, right] = this.transposed ? [logits, x] : [x, logits];
    this.#backend.gemm(W.grad, left, right, { transposeA: true, accumulate });
    this.#backend.sumRows(b.grad, sums, accumulate);
    this.#backend.gemm(this.#dxs.part([C, H], first * H), logits, W.value, { transposeB: !this.transposed });
  }
}
