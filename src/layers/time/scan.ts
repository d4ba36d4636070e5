import type { Backend, ScanBlock } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import {
  expectInputGates,
  expectSequence,
  expectShape,
  type Param,
  type RecurrentBlock,
  type RecurrentLayer,
  workspaceOf,
} from '../layer.ts';
import type { RecurrentOptions } from './rnn.ts';
import { CarriedState } from './state/carried-state.ts';

/**
 * The common base of `TimeMinGRU` and `TimeMinLSTM`: h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ, where the G gates, z and ĥ or
 * f, i and ĥ, depend only on x_t.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, G·H), b (G·H). Each matrix product covers the whole block; the steps
 * are element-wise.
 * Memory: (T + 1)·N·H for hs, 2G·T·N·H for gates and their gradient, N·T·D for dxs, 2·N·H for h and dh.
 */
export abstract class TimeScan implements RecurrentLayer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, b: Param];
  /** Whether the next `forward` starts from the carried state, instead of from 0. */
  stateful: boolean;
  readonly #name: string;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #h: CarriedState;
  readonly #H: number;
  #block: { xs: Tensor; scan: ScanBlock } | null = null;
  #dh: Tensor | null = null;

  /**
   * @param G 2 for z, ĥ; 3 for f, i, ĥ
   * @throws {UnrolledError} code `shape` unless the shapes of the weights agree
   */
  constructor(name: string, G: 2 | 3, backend: Backend, Wx: Param, b: Param, options: RecurrentOptions) {
    optionsOf(name, options);
    this.params = [Wx, b];
    this.stateful = options.stateful ?? false;
    this.#name = name;
    this.#backend = backend;
    this.#space = workspaceOf(name, backend, this.params);
    this.#h = new CarriedState(backend, name, 'h');
    this.#H = expectInputGates(name, G, this.params);
  }

  /** The state after the last `forward` or `setState`: (N, H), or null at the start. */
  get h(): Tensor | null {
    return this.#h.value;
  }

  /** After `backward`: the gradient w.r.t. the state before the block's first step, (N, H). */
  get dh(): Tensor | null {
    return this.#dh;
  }

  /**
   * Sets the carried state h (N, H) by copying; null is 0. A stateful layer starts its next `forward` from it.
   * @throws {UnrolledError} code `shape` for another H
   */
  setState(h: Tensor | null): void {
    this.#h.set(h, this.#H);
  }

  /** Sets the carried state to 0. */
  resetState(): void {
    this.#h.clear();
  }

  /** The activations of the last `forward`; null before the first. */
  get block(): RecurrentBlock | null {
    return this.#block && { gates: this.#block.scan.gates, hs: this.#block.scan.hs };
  }

  /**
   * xs (N, T, D) → hs (N, T, H). xs must stay unchanged until `backward`. For resets (N, T), see `RecurrentLayer`.
   * @throws {UnrolledError} code `shape` for another D, or another N than that of the carried state
   */
  forward(xs: Tensor, resets: Tensor | null = null): Tensor {
    const [Wx, b] = this.params;
    const [N, T] = expectSequence(this.#name, xs, 'Wx', Wx.value);
    const h = this.#h.begin(N, T, this.#H, this.stateful, resets);
    const gates = this.#space.sequence('gates', [N, T, b.value.size]);
    const scan = { gates, hs: h.steps, hStart: h.start, resets: h.resets };
    this.#backend.broadcastRows(gates.rows(), b.value);
    this.#backend.gemm(gates.rows(), xs.rows(), Wx.value, { accumulate: true });
    this.#backend.scanForward(scan);
    this.#h.end(h);
    this.#block = { xs, scan };
    return h.steps;
  }

  /**
   * dhs (N, T, H) → dxs (N, T, D), computed from the last step to the first.
   *
   * With d = dhs_t + dh: dĥ = d ⊙ z; dh = d ⊙ (1 − z); dz = d ⊙ (ĥ − h_{t−1}). As in `TimeRNN`, no
   * gradient comes from the next block.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhs has the shape of the output
   */
  backward(dhs: Tensor): Tensor {
    if (!this.#block) {
      throw new UnrolledError(
        'call-order',
        `${this.#name}: backward came before forward; call forward first.`,
      );
    }
    const { xs, scan } = this.#block;
    const [Wx, b] = this.params;
    expectShape(this.#name, 'dhs', dhs, 'N, T, H', scan.hs.shape);
    const dgates = this.#space.sequence('dgates', scan.gates.shape);
    const dxs = this.#space.sequence('dxs', xs.shape);
    const dh = this.#space.tensor('dh', scan.hStart.shape);
    this.#dh = dh;
    this.#backend.fill(dh, 0);
    this.#backend.scanBackward({ dgates, dh }, dhs, scan);
    this.#backend.gemm(Wx.grad, xs.rows(), dgates.rows(), { transposeA: true });
    this.#backend.sumRows(b.grad, dgates.rows());
    this.#backend.gemm(dxs.rows(), dgates.rows(), Wx.value, { transposeB: true });
    return dxs;
  }
}
