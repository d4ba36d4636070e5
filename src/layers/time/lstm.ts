import type { Backend } from '../../backends/backend.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import {
  expectSequence,
  expectShape,
  type Param,
  type RecurrentBlock,
  type RecurrentLayer,
  workspaceOf,
} from '../layer.ts';
import { LSTMSteps } from '../steps/lstm-steps.ts';
import type { MemoryBlock, MemorySteps } from '../steps/memory-steps.ts';
import type { RecurrentOptions } from './rnn.ts';
import { CarriedState } from './state/carried-state.ts';
import { StateZoneout } from './state/zoneout.ts';

/**
 * The common base of `TimeLSTM`, `TimeCIFG` and `TimeMogrifierLSTM`: the states h and c over T steps, carried from block to
 * block. The steps themselves are those of `MemorySteps`.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, G·H), Wh (H, G·H), b (G·H), in blocks f, g, i, o or f, g, o.
 * Memory: (2T + 2)·N·H for hs and cs, G·T·N·H for the gates, 4·N·H for h, c, dh and dc, and that of the steps.
 */
export abstract class TimeMemoryCell implements RecurrentLayer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: MemorySteps['params'];
  /** Whether the next `forward` starts from the carried state, instead of from 0. */
  stateful: boolean;
  readonly #name: string;
  readonly #steps: MemorySteps;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #h: CarriedState;
  readonly #c: CarriedState;
  readonly #zoneout: { readonly h: StateZoneout | null; readonly c: StateZoneout | null };
  #block: MemoryBlock | null = null;
  #dh: Tensor | null = null;
  #dc: Tensor | null = null;

  constructor(name: string, steps: MemorySteps, backend: Backend, options: RecurrentOptions) {
    this.params = steps.params;
    optionsOf(name, options);
    this.stateful = options.stateful ?? false;
    this.#name = name;
    this.#steps = steps;
    this.#backend = backend;
    this.#space = workspaceOf(name, backend);
    this.#h = new CarriedState(backend, name, 'h');
    this.#c = new CarriedState(backend, name, 'c');
    this.#zoneout = {
      h: StateZoneout.of(backend, name, 'h', options.zoneout, false),
      c: StateZoneout.of(backend, name, 'c', options.zoneout, true),
    };
  }

  /** The hidden state after the last `forward` or `setState`: (N, H), or null at the start. */
  get h(): Tensor | null {
    return this.#h.value;
  }

  /** The cell state after the last `forward` or `setState`: (N, H), or null at the start. */
  get c(): Tensor | null {
    return this.#c.value;
  }

  /** After `backward`: the gradient w.r.t. h before the block's first step, (N, H). */
  get dh(): Tensor | null {
    return this.#dh;
  }

  /** After `backward`: the gradient w.r.t. c before the block's first step, (N, H). */
  get dc(): Tensor | null {
    return this.#dc;
  }

  /**
   * Sets the carried states h and c (N, H) by copying; null is 0. A stateful layer starts its next `forward` from them.
   * @throws {UnrolledError} code `shape` for another H
   */
  setState(h: Tensor | null, c: Tensor | null = null): void {
    const H = this.params[1].value.shape[0];
    this.#h.set(h, H);
    this.#c.set(c, H);
  }

  /** Sets the carried state to 0. */
  resetState(): void {
    this.#h.clear();
    this.#c.clear();
  }

  /** The activations of the last `forward`; null before the first. */
  get block(): RecurrentBlock | null {
    if (!this.#block) return null;
    const { gates, hs, cs } = this.#block.loop;
    return { gates, hs, cs };
  }

  /**
   * xs (N, T, D) → hs (N, T, H). xs must stay unchanged until `backward`. For resets (N, T), see `RecurrentLayer`.
   * @throws {UnrolledError} code `shape` for another D, or another N than that of the carried state
   */
  forward(xs: Tensor, resets: Tensor | null = null): Tensor {
    const [Wx, Wh, b] = this.params;
    const [N, T] = expectSequence(this.#name, xs, 'Wx', Wx.value);
    const H = Wh.value.shape[0];
    const h = this.#h.begin(N, T, H, this.stateful, resets);
    const c = this.#c.begin(N, T, H, this.stateful, resets);
    const gates = this.#space.sequence('gates', [N, T, b.value.size]);
    const zoneout = {
      h: this.#zoneout.h?.begin(h.steps.shape) ?? null,
      c: this.#zoneout.c?.begin(c.steps.shape) ?? null,
    };
    const loop = {
      gates,
      hs: h.steps,
      cs: c.steps,
      hStart: h.start,
      cStart: c.start,
      zoneout,
      resets: h.resets && c.resets && { h: h.resets, c: c.resets },
    };
    const block = { xs, hBefore: h.before, loop };
    this.#steps.forward(block);
    this.#h.end(h);
    this.#c.end(c);
    this.#block = block;
    return h.steps;
  }

  /**
   * dhs (N, T, H) → dxs (N, T, D), computed from the last step to the first.
   *
   * With d = dhs_t + dh: dc += d ⊙ o ⊙ (1 − tanh² c_t); the gradients w.r.t. a are dc ⊙ c_{t−1} ⊙ f(1 − f),
   * dc ⊙ i ⊙ (1 − g²), dc ⊙ g ⊙ i(1 − i) and d ⊙ tanh c_t ⊙ o(1 − o), of the CIFG dc ⊙ (c_{t−1} − g) ⊙ f(1 − f),
   * dc ⊙ (1 − f) ⊙ (1 − g²) and the last one; dc = dc ⊙ f; dh = da·Whᵀ. As in `TimeRNN`, no gradient comes from
   * the next block.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhs has the shape of the output
   */
  backward(dhs: Tensor): Tensor {
    if (!this.#block) {
      throw new UnrolledError(
        'call-order',
        `${this.#name}: backward came before forward; call forward first.`,
      );
    }
    const { hs, hStart, cStart } = this.#block.loop;
    expectShape(this.#name, 'dhs', dhs, 'N, T, H', hs.shape);
    const dh = this.#space.tensor('dh', hStart.shape);
    const dc = this.#space.tensor('dc', cStart.shape);
    [this.#dh, this.#dc] = [dh, dc];
    this.#backend.fill(dh, 0);
    this.#backend.fill(dc, 0);
    return this.#steps.backward({ dh, dc }, dhs, this.#block);
  }
}

/**
 * T steps of `LSTM` at once: f, i, o = σ(a), g = tanh(a) with a = h_{t−1}·Wh + x_t·Wx + b;
 * c_t = f ⊙ c_{t−1} + g ⊙ i; h_t = o ⊙ tanh c_t.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, 4H), Wh (H, 4H), b (4H), in blocks f, g, i, o.
 * x·Wx, dWx, dWh and dxs are each one product for the whole block; only h·Wh is computed step by step.
 * Memory: (2T + 2)·N·H for hs and cs, 8·T·N·H for the gates and their gradient, N·T·D for dxs, 4·N·H for
 * h, c, dh and dc, 4·H² for Whᵀ.
 */
export class TimeLSTM extends TimeMemoryCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, options: RecurrentOptions = {}) {
    super('TimeLSTM', new LSTMSteps('TimeLSTM', 4, backend, Wx, Wh, b), backend, options);
  }
}
