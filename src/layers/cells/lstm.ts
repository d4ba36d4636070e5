import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectShape, type Layer, type Param, workspaceOf } from '../layer.ts';
import { LSTMSteps } from '../steps/lstm-steps.ts';
import type { MemoryBlock, MemorySteps } from '../steps/memory-steps.ts';

/** The common base of `LSTM`, `CIFG` and `MogrifierLSTM`: one step with a cell state c in addition to h. */
export abstract class MemoryCell implements Layer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: MemorySteps['params'];
  readonly #name: string;
  readonly #steps: MemorySteps;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #block: MemoryBlock | null = null;

  constructor(name: string, steps: MemorySteps, backend: Backend) {
    this.params = steps.params;
    this.#name = name;
    this.#steps = steps;
    this.#backend = backend;
    this.#space = workspaceOf(name, backend);
  }

  /**
   * x (N, D), hPrev and cPrev (N, H) → h and c (N, H). All inputs must stay unchanged until `backward`.
   * @throws {UnrolledError} code `shape` unless the shapes of the inputs agree with the weights
   */
  forward(x: Tensor, hPrev: Tensor, cPrev: Tensor): { h: Tensor; c: Tensor } {
    const [Wx, Wh] = this.params;
    const [[D, columns], [H]] = [Wx.value.shape, Wh.value.shape];
    const N = x.shape[0];
    expectShape(this.#name, 'x', x, 'N, D', [N, D]);
    expectShape(this.#name, 'hPrev', hPrev, 'N, H', [N, H]);
    expectShape(this.#name, 'cPrev', cPrev, 'N, H', [N, H]);
    const sequence = (name: string, size: number) => this.#space.sequence(name, [N, 1, size]);
    const [gates, hs, cs] = [sequence('gates', columns), sequence('h', H), sequence('c', H)];
    const loop = { gates, hs, cs, hStart: hPrev, cStart: cPrev };
    const block = { xs: x.part([N, 1, D], 0, 'time'), hBefore: hPrev, loop };
    this.#steps.forward(block);
    this.#block = block;
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
    if (!this.#block) {
      throw new UnrolledError(
        'call-order',
        `${this.#name}: backward came before forward; call forward first.`,
      );
    }
    const { hs, hStart } = this.#block.loop;
    expectShape(this.#name, 'dhNext', dhNext, 'N, H', hStart.shape);
    expectShape(this.#name, 'dcNext', dcNext, 'N, H', hStart.shape);
    const dhs = dhNext.part(hs.shape, 0, 'time');
    const dhPrev = this.#space.tensor('dhPrev', hStart.shape);
    const dcPrev = this.#space.tensor('dcPrev', hStart.shape);
    this.#backend.fill(dhPrev, 0);
    this.#backend.copy(dcPrev, dcNext);
    const dx = this.#steps.backward({ dh: dhPrev, dc: dcPrev }, dhs, this.#block).rows();
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
    super('LSTM', new LSTMSteps('LSTM', 4, backend, Wx, Wh, b), backend);
  }
}
