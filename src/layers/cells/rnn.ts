import type { Activation, Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectGates, expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';

/**
 * One step of the recurrent network: h = tanh(h₋·Wh + x·Wx + b), or max(0, …) instead of tanh.
 *
 * x (N, D), h₋ and h (N, H), Wx (D, H), Wh (H, H), b (H). This is one step, written to be read;
 * `TimeRNN` computes T steps at once.
 */
export class RNN implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, Wh: Param, b: Param];
  /** The activation function: `tanh` or `relu`. */
  readonly activation: Activation;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #cache: { x: Tensor; hPrev: Tensor; h: Tensor } | null = null;

  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, options: { activation?: Activation } = {}) {
    optionsOf('RNN', options);
    this.params = [Wx, Wh, b];
    this.activation = options.activation ?? 'tanh';
    this.#backend = backend;
    this.#space = workspaceOf('RNN', backend, this.params);
    expectGates('RNN', 1, this.params);
  }

  /**
   * x (N, D), hPrev (N, H) → h (N, H). Both inputs must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` unless the shapes of the inputs agree with the weights
   */
  forward(x: Tensor, hPrev: Tensor): Tensor {
    const [Wx, Wh, b] = this.params;
    const [D, H] = Wx.value.shape;
    const N = x.shape[0];
    expectShape('RNN', 'x', x, 'N, D', [N, D]);
    expectShape('RNN', 'hPrev', hPrev, 'N, H', [N, H]);
    const h = this.#space.tensor('h', [N, H]);
    this.#backend.broadcastRows(h, b.value);
    this.#backend.gemm(h, x, Wx.value, { accumulate: true });
    this.#backend.gemm(h, hPrev, Wh.value, { accumulate: true });
    this.#backend[this.activation](h);
    this.#cache = { x, hPrev, h };
    return h;
  }

  /**
   * dhNext (N, H), the gradient w.r.t. h → the gradients w.r.t. x (N, D) and h₋ (N, H).
   *
   * dt = dhNext ⊙ (1 − h²), with `relu` dhNext where h > 0; db = Σ_N dt; dWh = h₋ᵀ·dt; dh₋ = dt·Whᵀ; dWx = xᵀ·dt; dx = dt·Wxᵀ.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhNext has the shape of the output
   */
  backward(dhNext: Tensor): { dx: Tensor; dhPrev: Tensor } {
    if (!this.#cache)
      throw new UnrolledError('call-order', 'RNN: backward came before forward; call forward first.');
    const { x, hPrev, h } = this.#cache;
    const [Wx, Wh, b] = this.params;
    expectShape('RNN', 'dhNext', dhNext, 'N, H', h.shape);
    const dt = this.#space.tensor('dt', h.shape);
    const dx = this.#space.tensor('dx', x.shape);
    const dhPrev = this.#space.tensor('dhPrev', h.shape);
    this.#backend[`${this.activation}Backward` as const](dt, h, dhNext);
    this.#backend.sumRows(b.grad, dt);
    this.#backend.gemm(Wh.grad, hPrev, dt, { transposeA: true });
    this.#backend.gemm(dhPrev, dt, Wh.value, { transposeB: true });
    this.#backend.gemm(Wx.grad, x, dt, { transposeA: true });
    this.#backend.gemm(dx, dt, Wx.value, { transposeB: true });
    return { dx, dhPrev };
  }
}
