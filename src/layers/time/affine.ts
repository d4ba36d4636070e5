import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectSequence, expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';

/** Options of `TimeAffine`. */
export interface AffineOptions {
  /** Use the transpose of W, which is then (V, H), such as a tied embedding table. Default false. */
  transposed?: boolean;
}

/** An affine layer, x·W + b at every step: xs (N, T, H) → (N, T, V); W (H, V), or (V, H) if transposed, b (V). */
export class TimeAffine implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [W: Param, b: Param];
  /** Whether W is (V, H). */
  readonly transposed: boolean;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #xs: Tensor | null = null;

  /** @throws {UnrolledError} code `option-value` for a wrong type of argument; `option-conflict` for parameters of another backend */
  constructor(backend: Backend, W: Param, b: Param, options: AffineOptions = {}) {
    optionsOf('TimeAffine', options);
    this.params = [W, b];
    this.transposed = options.transposed ?? false;
    this.#backend = backend;
    this.#space = workspaceOf('TimeAffine', backend, this.params);
  }

  /**
   * xs (N, T, H) → (N, T, V). xs must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` for another H
   */
  forward(xs: Tensor): Tensor {
    const [W, b] = this.params;
    const [N, T] = expectSequence('TimeAffine', xs, 'W', W.value, this.transposed);
    const out = this.#space.sequence('out', [N, T, b.value.size]);
    this.#backend.gemm(out.rows(), xs.rows(), W.value, { transposeB: this.transposed });
    this.#backend.addToRows(out.rows(), b.value);
    this.#xs = xs;
    return out;
  }

  /**
   * dout (N, T, V) → dxs (N, T, H). dW = xᵀ·dout and db = Σ dout, over all N·T rows.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dout has the shape of the output
   */
  backward(dout: Tensor): Tensor {
    const xs = this.#xs;
    if (!xs)
      throw new UnrolledError('call-order', 'TimeAffine: backward came before forward; call forward first.');
    const [W, b] = this.params;
    expectShape('TimeAffine', 'dout', dout, 'N, T, V', [xs.shape[0], xs.shape[1], b.value.size]);
    const dxs = this.#space.sequence('dxs', xs.shape);
    const [left, right] = this.transposed ? [dout, xs] : [xs, dout];
    this.#backend.gemm(W.grad, left.rows(), right.rows(), { transposeA: true });
    this.#backend.sumRows(b.grad, dout.rows());
    this.#backend.gemm(dxs.rows(), dout.rows(), W.value, { transposeB: !this.transposed });
    return dxs;
  }
}
