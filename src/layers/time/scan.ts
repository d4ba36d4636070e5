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
import { CarriedState } from './carried-state.ts';
import type { RecurrentOptions } from './rnn.ts';

/**
 * What `TimeMinGRU` and `TimeMinLSTM` share: h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ, whose G gates, z and ĥ or
 * f, i and ĥ, come from x_t alone.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, G·H), b (G·H). All matrix products span the whole block; the steps
 * themselves are element-wise.
 * Memory: (T + 1)·N·H for hs, 2G·T·N·H for gates and their gradient, N·T·D for dxs, 2·N·H for h and dh.
 */
export abstract class TimeScan implements RecurrentLayer {
  readonly params: readonly [Wx: Param, b: Param];
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
   * @throws unless the shapes of the weights agree
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

  /** Copies h (N, H), from which the next `forward` starts if the layer is stateful; null is h = 0. */
  setState(h: Tensor | null): void {
    this.#h.set(h, this.#H);
  }

  resetState(): void {
    this.setState(null);
  }

  /** The block of the last `forward`; null before the first. */
  get block(): RecurrentBlock | null {
    return this.#block && { gates: this.#block.scan.gates, hs: this.#block.scan.hs };
  }

  /** xs (N, T, D), which must keep its numbers until `backward` → hs (N, T, H). For resets (N, T), see `RecurrentLayer`. */
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
   * dhs (N, T, H) → dxs (N, T, D), from the last step to the first.
   *
   * With d = dhs_t + dh: dĥ = d ⊙ z; dh = d ⊙ (1 − z); dz = d ⊙ (ĥ − h_{t−1}). As in `TimeRNN`, no
   * gradient enters from the next block.
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
