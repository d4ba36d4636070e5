import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import { expectSequence, expectShape, type Layer, type Param } from '../layer.ts';

export interface TimeRNNOptions {
  /** Start a block where the last one ended, instead of at h = 0. Default false, as in the chapter. */
  stateful?: boolean;
}

/** The tensors of a block of T steps. */
interface Block {
  xs: Tensor; // (N, T, D)
  hs: Tensor; // (N, T, H)
  hStart: Tensor; // (N, H), the state that the block began with; in memory right before hs
  hsBefore: Tensor; // (T·N, H), hStart and all of hs but its last step
}

/**
 * T steps of `RNN` at once: h_t = tanh(h_{t−1}·Wh + x_t·Wx + b).
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, H), Wh (H, H), b (H).
 * x·Wx is one product for the whole block, and so are dWx, dWh and dxs; only h·Wh goes step by step.
 * Memory: (2T + 1)·N·H for hs and dts, N·T·D for dxs, 2·N·H for h and dh, H² for Whᵀ.
 */
export class TimeRNN implements Layer {
  readonly params: readonly [Wx: Param, Wh: Param, b: Param];
  stateful: boolean;
  readonly #backend: Backend;
  readonly #space: Workspace;
  #block: Block | null = null;
  #h: Tensor | null = null;
  #dh: Tensor | null = null;

  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, options: TimeRNNOptions = {}) {
    this.params = [Wx, Wh, b];
    this.stateful = options.stateful ?? false;
    this.#backend = backend;
    this.#space = new Workspace(backend.arena);
  }

  /** The state after the last `forward` or `setState`: (N, H), or null at the start. */
  get h(): Tensor | null {
    return this.#h;
  }

  /** After `backward`: the gradient by the state that the block began with, (N, H). */
  get dh(): Tensor | null {
    return this.#dh;
  }

  /** Copies h (N, H), from which the next `forward` starts if the layer is stateful; null is h = 0. */
  setState(h: Tensor | null): void {
    if (h === null) {
      this.resetState();
    } else {
      expectShape('TimeRNN', 'h', h, 'N, H', [h.shape[0], this.params[1].value.shape[0]]);
      this.#keep(h);
    }
  }

  resetState(): void {
    this.#h = null;
  }

  /** xs (N, T, D), which must keep its numbers until `backward` → hs (N, T, H). */
  forward(xs: Tensor): Tensor {
    const [Wx, Wh, b] = this.params;
    const [, T] = expectSequence('TimeRNN', xs, 'Wx', Wx.value);
    const { hs, hStart } = this.#plan(xs);
    this.#start(hStart);
    this.#backend.broadcastRows(hs.rows(), b.value);
    this.#backend.gemm(hs.rows(), xs.rows(), Wx.value, { accumulate: true });
    this.#backend.rnnForward(hs, hStart, Wh.value);
    this.#keep(hs.step(T - 1));
    return hs;
  }

  /**
   * dhs (N, T, H) → dxs (N, T, D), from the last step to the first.
   *
   * dt_t = (dhs_t + dh) ⊙ (1 − h_t²); dh = dt_t·Whᵀ. The chain ends at the block's first step, where
   * dh is kept, and no gradient enters from the block after: truncated backpropagation through time.
   */
  backward(dhs: Tensor): Tensor {
    if (!this.#block) throw new UnrolledError('TimeRNN: backward came before forward; call forward first.');
    const { xs, hs, hStart, hsBefore } = this.#block;
    const [Wx, Wh, b] = this.params;
    expectShape('TimeRNN', 'dhs', dhs, 'N, T, H', hs.shape);
    const [dts, dxs] = [this.#space.sequence('dts', hs.shape), this.#space.sequence('dxs', xs.shape)];
    const WhT = this.#space.tensor('WhT', Wh.value.shape);
    this.#dh = this.#space.tensor('dh', hStart.shape);
    this.#backend.transpose(WhT, Wh.value);
    this.#backend.rnnBackward(dts, this.#dh, dhs, hs, WhT);
    this.#backend.gemm(Wx.grad, xs.rows(), dts.rows(), { transposeA: true });
    this.#backend.gemm(Wh.grad, hsBefore, dts.rows(), { transposeA: true });
    this.#backend.sumRows(b.grad, dts.rows());
    this.#backend.gemm(dxs.rows(), dts.rows(), Wx.value, { transposeB: true });
    return dxs;
  }

  #plan(xs: Tensor): Block {
    const [N, T] = xs.shape;
    const H = this.params[1].value.shape[0];
    const whole = this.#space.tensor('hs', [T + 1, N, H]);
    const last = this.#block;
    if (
      last &&
      last.hStart.byteOffset === whole.byteOffset &&
      last.hs.shape[0] === N &&
      last.hs.shape[1] === T
    ) {
      last.xs = xs;
      return last;
    }
    this.#block = {
      xs,
      hs: whole.part([N, T, H], N * H, 'time'),
      hStart: whole.part([N, H]),
      hsBefore: whole.part([T * N, H]),
    };
    return this.#block;
  }

  #start(hStart: Tensor): void {
    const h = this.stateful ? this.#h : null;
    const N = hStart.shape[0];
    if (h && h.shape[0] !== N) {
      throw new UnrolledError(
        `TimeRNN: the carried state is of N=${h.shape[0]} streams, xs has N=${N}; both must agree. ` +
          'Call resetState() or setState() before the batch size changes.',
      );
    }
    if (h) this.#backend.copy(hStart, h);
    else this.#backend.fill(hStart, 0);
  }

  #keep(h: Tensor): void {
    this.#h = this.#space.tensor('h', h.shape);
    this.#backend.copy(this.#h, h);
  }
}
