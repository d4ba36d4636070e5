import type { Backend, ScanBlock } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectInputGates, expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';

/** The common base of `MinGRU` and `MinLSTM`: a step h = (1 − z) ⊙ h₋ + z ⊙ ĥ, where z and ĥ depend only on x. */
export abstract class ScanCell implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, b: Param];
  readonly #name: string;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #H: number;
  #cache: { x: Tensor; step: ScanBlock } | null = null;

  /**
   * @param G 2 for z, ĥ; 3 for f, i, ĥ
   * @throws {UnrolledError} code `shape` unless the shapes of the weights agree
   */
  constructor(name: string, G: 2 | 3, backend: Backend, Wx: Param, b: Param) {
    this.params = [Wx, b];
    this.#name = name;
    this.#backend = backend;
    this.#space = workspaceOf(name, backend, this.params);
    this.#H = expectInputGates(name, G, this.params);
  }

  /**
   * x (N, D), hPrev (N, H) → h (N, H). All inputs must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` unless the shapes of the inputs agree with the weights
   */
  forward(x: Tensor, hPrev: Tensor): Tensor {
    const [Wx, b] = this.params;
    const [[D], N, H] = [Wx.value.shape, x.shape[0], this.#H];
    expectShape(this.#name, 'x', x, 'N, D', [N, D]);
    expectShape(this.#name, 'hPrev', hPrev, 'N, H', [N, H]);
    const gates = this.#space.sequence('gates', [N, 1, b.value.size]);
    const hs = this.#space.sequence('h', [N, 1, H]);
    const step = { gates, hs, hStart: hPrev };
    this.#backend.broadcastRows(gates.rows(), b.value);
    this.#backend.gemm(gates.rows(), x, Wx.value, { accumulate: true });
    this.#backend.scanForward(step); // the gates and h
    this.#cache = { x, step };
    return hs.rows();
  }

  /**
   * dhNext (N, H), the gradient w.r.t. h → the gradients w.r.t. x (N, D) and h₋ (N, H).
   *
   * dĥ = dhNext ⊙ z; dh₋ = dhNext ⊙ (1 − z); dz = dhNext ⊙ (ĥ − h₋). W.r.t. the gate pre-activations: of the
   * minGRU dz ⊙ z(1 − z); of the minLSTM, where z = i/(f + i), −dz ⊙ z(1 − z)(1 − f) in f and
   * dz ⊙ z(1 − z)(1 − i) in i.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhNext has the shape of the output
   */
  backward(dhNext: Tensor): { dx: Tensor; dhPrev: Tensor } {
    if (!this.#cache) {
      throw new UnrolledError(
        'call-order',
        `${this.#name}: backward came before forward; call forward first.`,
      );
    }
    const { x, step } = this.#cache;
    const [Wx, b] = this.params;
    expectShape(this.#name, 'dhNext', dhNext, 'N, H', step.hStart.shape);
    const dgates = this.#space.sequence('dgates', step.gates.shape);
    const dx = this.#space.tensor('dx', x.shape);
    const dhPrev = this.#space.tensor('dhPrev', step.hStart.shape);
    this.#backend.fill(dhPrev, 0);
    this.#backend.scanBackward({ dgates, dh: dhPrev }, dhNext.part(step.hs.shape, 0, 'time'), step);
    this.#backend.sumRows(b.grad, dgates.rows());
    this.#backend.gemm(Wx.grad, x, dgates.rows(), { transposeA: true });
    this.#backend.gemm(dx, dgates.rows(), Wx.value, { transposeB: true });
    return { dx, dhPrev };
  }
}
