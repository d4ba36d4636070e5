import type { Backend, LSTMBlock } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectGates, expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';

/** The common base of `LSTM` and `CIFG`: one step with a cell state c in addition to h. */
export abstract class MemoryCell implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, Wh: Param, b: Param];
  readonly #name: string;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #cache: { x: Tensor; step: LSTMBlock } | null = null;

  /**
   * @param G 4 for f, g, i, o; 3 for f, g, o
   * @throws {UnrolledError} code `shape` unless the shapes of the weights agree
   */
  constructor(name: string, G: 3 | 4, backend: Backend, Wx: Param, Wh: Param, b: Param) {
    this.params = [Wx, Wh, b];
    this.#name = name;
    this.#backend = backend;
    this.#space = workspaceOf(name, backend, this.params);
    expectGates(name, G, this.params);
  }

  /**
   * x (N, D), hPrev and cPrev (N, H) → h and c (N, H). All inputs must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` unless the shapes of the inputs agree with the weights
   */
  forward(x: Tensor, hPrev: Tensor, cPrev: Tensor): { h: Tensor; c: Tensor } {
    const [Wx, Wh, b] = this.params;
    const [[D, columns], [H]] = [Wx.value.shape, Wh.value.shape];
    const N = x.shape[0];
    expectShape(this.#name, 'x', x, 'N, D', [N, D]);
    expectShape(this.#name, 'hPrev', hPrev, 'N, H', [N, H]);
    expectShape(this.#name, 'cPrev', cPrev, 'N, H', [N, H]);
    const sequence = (name: string, size: number) => this.#space.sequence(name, [N, 1, size]);
    const [gates, hs, cs] = [sequence('gates', columns), sequence('h', H), sequence('c', H)];
    this.#backend.broadcastRows(gates.rows(), b.value);
    this.#backend.gemm(gates.rows(), x, Wx.value, { accumulate: true });
    const step = { gates, hs, cs, hStart: hPrev, cStart: cPrev };
    this.#backend.lstmForward(step, Wh.value); // h₋·Wh, the gates, c and h
    this.#cache = { x, step };
    return { h: hs.rows(), c: cs.rows() };
  }

  /**
   * The gradients w.r.t. h and c, (N, H) → those w.r.t. x (N, D), h₋ and c₋ (N, H).
   *
   * dc = dcNext + dhNext ⊙ o ⊙ (1 − tanh² c); dc₋ = dc ⊙ f;
   * da = dc ⊙ c₋ ⊙ f(1 − f), dc ⊙ i ⊙ (1 − g²), dc ⊙ g ⊙ i(1 − i), dhNext ⊙ tanh c ⊙ o(1 − o), of the CIFG
   * dc ⊙ (c₋ − g) ⊙ f(1 − f), dc ⊙ (1 − f) ⊙ (1 − g²), dhNext ⊙ tanh c ⊙ o(1 − o);
   * db = Σ_N da; dWh = h₋ᵀ·da; dh₋ = da·Whᵀ; dWx = xᵀ·da; dx = da·Wxᵀ.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhNext has the shape of the output
   */
  backward(dhNext: Tensor, dcNext: Tensor): { dx: Tensor; dhPrev: Tensor; dcPrev: Tensor } {
    if (!this.#cache) {
      throw new UnrolledError(
        'call-order',
        `${this.#name}: backward came before forward; call forward first.`,
      );
    }
    const { x, step } = this.#cache;
    const [Wx, Wh, b] = this.params;
    const { gates, hStart } = step;
    expectShape(this.#name, 'dhNext', dhNext, 'N, H', hStart.shape);
    expectShape(this.#name, 'dcNext', dcNext, 'N, H', hStart.shape);
    const dgates = this.#space.sequence('dgates', gates.shape);
    const dhs = dhNext.part(step.hs.shape, 0, 'time');
    const dx = this.#space.tensor('dx', x.shape);
    const dhPrev = this.#space.tensor('dhPrev', hStart.shape);
    const dcPrev = this.#space.tensor('dcPrev', hStart.shape);
    const WhT = this.#space.tensor('WhT', [b.value.size, hStart.shape[1]]);
    this.#backend.transpose(WhT, Wh.value);
    this.#backend.fill(dhPrev, 0);
    this.#backend.copy(dcPrev, dcNext);
    this.#backend.lstmBackward({ dgates, dh: dhPrev, dc: dcPrev }, dhs, step, WhT);
    this.#backend.sumRows(b.grad, dgates.rows());
    this.#backend.gemm(Wh.grad, hStart, dgates.rows(), { transposeA: true });
    this.#backend.gemm(Wx.grad, x, dgates.rows(), { transposeA: true });
    this.#backend.gemm(dx, dgates.rows(), Wx.value, { transposeB: true });
    return { dx, dhPrev, dcPrev };
  }
}

/**
 * One step of the LSTM (Hochreiter and Schmidhuber 1997; the forget gate: Gers et al. 1999).
 *
 * a = h₋·Wh + x·Wx + b, in blocks of H: f = σ(a₁), g = tanh(a₂), i = σ(a₃), o = σ(a₄);
 * c = f ⊙ c₋ + g ⊙ i; h = o ⊙ tanh c.
 *
 * x (N, D), h₋, c₋, h and c (N, H), Wx (D, 4H), Wh (H, 4H), b (4H). This is one step, written to be read;
 * `TimeLSTM` computes T steps at once.
 */
export class LSTM extends MemoryCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param) {
    super('LSTM', 4, backend, Wx, Wh, b);
  }
}
