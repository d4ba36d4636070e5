import type { Activation, Backend, Zoneout } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import {
  expectGates,
  expectSequence,
  expectShape,
  type Param,
  type RecurrentBlock,
  type RecurrentLayer,
  workspaceOf,
} from '../layer.ts';
import { CarriedState, type StateBlock } from './state/carried-state.ts';
import { StateZoneout, type ZoneoutOptions } from './state/zoneout.ts';

/** Options of all recurrent layers. */
export interface RecurrentOptions {
  /** Carry the state from block to block instead of starting each block from 0. Default false, as in the chapter. */
  stateful?: boolean;
  /** Zoneout: the probability that a unit of the state keeps its previous value. Default: none. */
  zoneout?: ZoneoutOptions;
}

/** Options of `TimeRNN`. */
export interface TimeRNNOptions extends RecurrentOptions {
  /** The activation: tanh, as in the chapter, or max(0, …). Default `tanh`. */
  activation?: Activation;
}

/**
 * T steps of `RNN` at once: h_t = tanh(h_{t−1}·Wh + x_t·Wx + b).
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, H), Wh (H, H), b (H).
 * x·Wx, dWx, dWh and dxs are each one product for the whole block; only h·Wh is computed step by step.
 * Memory: (2T + 1)·N·H for hs and dts, N·T·D for dxs, 2·N·H for h and dh, H² for Whᵀ.
 */
export class TimeRNN implements RecurrentLayer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, Wh: Param, b: Param];
  /** The activation function: `tanh` or `relu`. */
  readonly activation: Activation;
  /** Whether the next `forward` starts from the carried state, instead of from 0. */
  stateful: boolean;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #h: CarriedState;
  readonly #zoneout: StateZoneout | null;
  #block: { xs: Tensor; h: StateBlock; zoneout: Zoneout | null } | null = null;
  #dh: Tensor | null = null;

  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, options: TimeRNNOptions = {}) {
    optionsOf('TimeRNN', options);
    this.params = [Wx, Wh, b];
    this.activation = options.activation ?? 'tanh';
    this.stateful = options.stateful ?? false;
    this.#backend = backend;
    this.#space = workspaceOf('TimeRNN', backend, this.params);
    this.#h = new CarriedState(backend, 'TimeRNN', 'h');
    this.#zoneout = StateZoneout.of(backend, 'TimeRNN', 'h', options.zoneout, true);
    expectGates('TimeRNN', 1, this.params);
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
    this.#h.set(h, this.params[1].value.shape[0]);
  }

  /** Sets the carried state to 0. */
  resetState(): void {
    this.#h.clear();
  }

  /** The activations of the last `forward`; null before the first. */
  get block(): RecurrentBlock | null {
    return this.#block && { gates: null, hs: this.#block.h.steps };
  }

  /**
   * xs (N, T, D) → hs (N, T, H). xs must stay unchanged until `backward`. For resets (N, T), see `RecurrentLayer`.
   * @throws {UnrolledError} code `shape` for another D, or another N than that of the carried state
   */
  forward(xs: Tensor, resets: Tensor | null = null): Tensor {
    const [Wx, Wh, b] = this.params;
    const [N, T] = expectSequence('TimeRNN', xs, 'Wx', Wx.value);
    const h = this.#h.begin(N, T, Wh.value.shape[0], this.stateful, resets);
    this.#backend.broadcastRows(h.steps.rows(), b.value);
    this.#backend.gemm(h.steps.rows(), xs.rows(), Wx.value, { accumulate: true });
    const zoneout = this.#zoneout?.begin(h.steps.shape) ?? null;
    this.#backend.rnnForward(h.steps, h.start, Wh.value, this.activation, zoneout, h.resets);
    this.#h.end(h);
    this.#block = { xs, h, zoneout };
    return h.steps;
  }

  /**
   * dhs (N, T, H) → dxs (N, T, D), computed from the last step to the first.
   *
   * dt_t = (dhs_t + dh) ⊙ (1 − h_t²), with `relu` where h_t > 0; dh = dt_t·Whᵀ. The backward pass
   * ends at the block's first step, which leaves dh, and no gradient comes from the next block: truncated
   * backpropagation through time.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhs has the shape of the output
   */
  backward(dhs: Tensor): Tensor {
    if (!this.#block)
      throw new UnrolledError('call-order', 'TimeRNN: backward came before forward; call forward first.');
    const { xs, h, zoneout } = this.#block;
    const [Wx, Wh, b] = this.params;
    expectShape('TimeRNN', 'dhs', dhs, 'N, T, H', h.steps.shape);
    const [dts, dxs] = [this.#space.sequence('dts', dhs.shape), this.#space.sequence('dxs', xs.shape)];
    const WhT = this.#space.tensor('WhT', Wh.value.shape);
    this.#dh = this.#space.tensor('dh', h.start.shape);
    this.#backend.transpose(WhT, Wh.value);
    this.#backend.rnnBackward(dts, this.#dh, dhs, h.steps, WhT, this.activation, zoneout, h.resets);
    this.#backend.gemm(Wx.grad, xs.rows(), dts.rows(), { transposeA: true });
    this.#backend.gemm(Wh.grad, h.before, dts.rows(), { transposeA: true });
    this.#backend.sumRows(b.grad, dts.rows());
    this.#backend.gemm(dxs.rows(), dts.rows(), Wx.value, { transposeB: true });
    return dxs;
  }
}
