import type { Backend, GRUBlock } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectGates, expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';

/**
 * One step of the GRU (Cho et al. 2014).
 *
 * z = σ(h₋·Whz + x·Wxz + bz); r = σ(h₋·Whr + x·Wxr + br); h = (1 − z) ⊙ h₋ + z ⊙ ĥ;
 * ĥ = tanh(x·Wxh + (r ⊙ h₋)·Whh + b), or with a bias bh tanh(x·Wxh + b + r ⊙ (h₋·Whh + bh)).
 *
 * x (N, D), h₋ and h (N, H), Wx (D, 3H), Wh (H, 3H), b (3H), in blocks z, r, ĥ; bh (H). The step to
 * read; `TimeGRU` is the same for T steps at once.
 */
export class GRU implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, Wh: Param, b: Param, ...bh: Param[]];
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #bh: Param | null;
  #cache: { x: Tensor; step: GRUBlock } | null = null;

  /**
   * @param bh the bias of h₋·Whh: the reset follows that product; null: the reset precedes it
   * @throws {UnrolledError} code `shape` unless the shapes of the weights agree
   */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, bh: Param | null = null) {
    this.params = bh ? [Wx, Wh, b, bh] : [Wx, Wh, b];
    this.#backend = backend;
    this.#space = workspaceOf('GRU', backend, this.params);
    this.#bh = bh;
    const H = expectGates('GRU', 3, this.params);
    if (bh) expectShape('GRU', 'bh', bh.value, 'H', [H]);
  }

  /**
   * x (N, D), hPrev (N, H) → h (N, H). All inputs must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` unless the shapes of the inputs agree with the weights
   */
  forward(x: Tensor, hPrev: Tensor): Tensor {
    const [Wx, Wh, b] = this.params;
    const [[D, G], [H]] = [Wx.value.shape, Wh.value.shape];
    const N = x.shape[0];
    expectShape('GRU', 'x', x, 'N, D', [N, D]);
    expectShape('GRU', 'hPrev', hPrev, 'N, H', [N, H]);
    const sequence = (name: string, size: number) => this.#space.sequence(name, [N, 1, size]);
    const [gates, candidateInput, hs] = [
      sequence('gates', G),
      sequence('candidateInput', H),
      sequence('h', H),
    ];
    this.#backend.broadcastRows(gates.rows(), b.value);
    this.#backend.gemm(gates.rows(), x, Wx.value, { accumulate: true });
    const step = { gates, candidateInput, hs, hStart: hPrev, bh: this.#bh?.value ?? null };
    this.#backend.gruForward(step, Wh.value); // the products with Wh, the gates and h
    this.#cache = { x, step };
    return hs.rows();
  }

  /**
   * dhNext (N, H), the gradient w.r.t. h → the gradients w.r.t. x (N, D) and h₋ (N, H).
   *
   * W.r.t. the pre-activations a of z, r, ĥ: daz = dhNext ⊙ (ĥ − h₋) ⊙ z(1 − z); daĥ = dhNext ⊙ z ⊙ (1 − ĥ²);
   * reset before: u = daĥ·Whhᵀ, dar = u ⊙ h₋ ⊙ r(1 − r), dh₋ = dhNext ⊙ (1 − z) + u ⊙ r + …;
   * reset after: u = daĥ ⊙ r, dar = daĥ ⊙ (h₋·Whh + bh) ⊙ r(1 − r), dh₋ = dhNext ⊙ (1 − z) + u·Whhᵀ + …;
   * in both … is daz·Whzᵀ + dar·Whrᵀ.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhNext has the shape of the output
   */
  backward(dhNext: Tensor): { dx: Tensor; dhPrev: Tensor } {
    if (!this.#cache)
      throw new UnrolledError('call-order', 'GRU: backward came before forward; call forward first.');
    const { x, step } = this.#cache;
    const [Wx, Wh, b] = this.params;
    const { gates, candidateInput, hStart } = step;
    expectShape('GRU', 'dhNext', dhNext, 'N, H', hStart.shape);
    const H = hStart.shape[1];
    const dgates = this.#space.sequence('dgates', gates.shape);
    const dcandidateInput = this.#space.sequence('dcandidateInput', candidateInput.shape);
    const dx = this.#space.tensor('dx', x.shape);
    const dhPrev = this.#space.tensor('dhPrev', hStart.shape);
    const WhT = this.#space.tensor('WhT', [b.value.size, H]);
    const dhs = dhNext.part(step.hs.shape, 0, 'time');
    this.#backend.transpose(WhT, Wh.value);
    this.#backend.fill(dhPrev, 0);
    this.#backend.gruBackward({ dgates, dcandidateInput, dh: dhPrev }, dhs, step, WhT);
    this.#backend.sumRows(b.grad, dgates.rows());
    if (this.#bh) this.#backend.sumRows(this.#bh.grad, dcandidateInput.rows());
    const [left, right] = this.#bh ? [hStart, dcandidateInput] : [candidateInput.rows(), dgates];
    const [zr, candidate] = [[0, 2 * H] as const, [2 * H, 3 * H] as const];
    this.#backend.gemm(Wh.grad, hStart, dgates.rows(), { transposeA: true, columns: zr });
    this.#backend.gemm(Wh.grad, left, right.rows(), { transposeA: true, columns: candidate });
    this.#backend.gemm(Wx.grad, x, dgates.rows(), { transposeA: true });
    this.#backend.gemm(dx, dgates.rows(), Wx.value, { transposeB: true });
    return { dx, dhPrev };
  }
}
