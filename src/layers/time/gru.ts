import type { Backend, GRUBlock } from '../../backends/backend.ts';
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
import type { RecurrentOptions } from './rnn.ts';
import { CarriedState, type StateBlock } from './state/carried-state.ts';
import { StateZoneout } from './state/zoneout.ts';

/**
 * T steps of `GRU` at once: z, r = σ(h_{t−1}·Wh + x_t·Wx + b); h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ, where
 * ĥ = tanh(x_t·Wxh + (r ⊙ h_{t−1})·Whh + b), as in the book and in Cho et al. 2014, or with a bias bh
 * ĥ = tanh(x_t·Wxh + b + r ⊙ (h_{t−1}·Whh + bh)), as in PyTorch and cuDNN.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, 3H), Wh (H, 3H), b (3H), in blocks z, r, ĥ; bh (H).
 * x·Wx, dWx, dxs and the parts of dWh are each one product for the whole block.
 * Memory: (T + 1)·N·H for hs, 8·T·N·H for gates, candidate inputs and their gradients, N·T·D for dxs,
 * 2·N·H for h and dh, 3·H² for Whᵀ.
 */
export class TimeGRU implements RecurrentLayer {
  /** The learned parameters, in the order of the constructor. */
  readonly params: readonly [Wx: Param, Wh: Param, b: Param, ...bh: Param[]];
  /** Whether the next `forward` starts from the carried state, instead of from 0. */
  stateful: boolean;
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #h: CarriedState;
  readonly #bh: Param | null;
  readonly #zoneout: StateZoneout | null;
  #block: { xs: Tensor; h: StateBlock; loop: GRUBlock } | null = null;
  #dh: Tensor | null = null;

  /**
   * @param bh the bias of h₋·Whh: the reset follows that product; null: the reset precedes it
   * @throws {UnrolledError} code `shape` unless the shapes of the weights agree
   */
  constructor(
    backend: Backend,
    Wx: Param,
    Wh: Param,
    b: Param,
    bh: Param | null = null,
    options: RecurrentOptions = {},
  ) {
    this.params = bh ? [Wx, Wh, b, bh] : [Wx, Wh, b];
    optionsOf('TimeGRU', options);
    this.stateful = options.stateful ?? false;
    this.#backend = backend;
    this.#space = workspaceOf('TimeGRU', backend, this.params);
    this.#h = new CarriedState(backend, 'TimeGRU', 'h');
    this.#bh = bh;
    this.#zoneout = StateZoneout.of(backend, 'TimeGRU', 'h', options.zoneout, false);
    const H = expectGates('TimeGRU', 3, this.params);
    if (bh) expectShape('TimeGRU', 'bh', bh.value, 'H', [H]);
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
    return this.#block && { gates: this.#block.loop.gates, hs: this.#block.loop.hs };
  }

  /**
   * xs (N, T, D) → hs (N, T, H). xs must stay unchanged until `backward`. For resets (N, T), see `RecurrentLayer`.
   * @throws {UnrolledError} code `shape` for another D, or another N than that of the carried state
   */
  forward(xs: Tensor, resets: Tensor | null = null): Tensor {
    const [Wx, Wh, b] = this.params;
    const [N, T] = expectSequence('TimeGRU', xs, 'Wx', Wx.value);
    const H = Wh.value.shape[0];
    const h = this.#h.begin(N, T, H, this.stateful, resets);
    const gates = this.#space.sequence('gates', [N, T, 3 * H]);
    const candidateInput = this.#space.sequence('candidateInput', [N, T, H]);
    const zoneout = this.#zoneout?.begin(h.steps.shape) ?? null;
    const loop = {
      gates,
      candidateInput,
      hs: h.steps,
      hStart: h.start,
      bh: this.#bh?.value ?? null,
      zoneout,
      resets: h.resets,
    };
    this.#backend.broadcastRows(gates.rows(), b.value);
    this.#backend.gemm(gates.rows(), xs.rows(), Wx.value, { accumulate: true });
    this.#backend.gruForward(loop, Wh.value);
    this.#h.end(h);
    this.#block = { xs, h, loop };
    return h.steps;
  }

  /**
   * dhs (N, T, H) → dxs (N, T, D), computed from the last step to the first.
   *
   * With d = dhs_t + dh, the gradients w.r.t. the pre-activations of z, ĥ and r are d ⊙ (ĥ − h_{t−1}) ⊙
   * z(1 − z), d ⊙ z ⊙ (1 − ĥ²), and r(1 − r) times that w.r.t. r; dh = d ⊙ (1 − z) plus the gradient through Wh. As
   * in `TimeRNN`, no gradient comes from the next block.
   * @throws {UnrolledError} code `call-order` before `forward`; `shape` unless dhs has the shape of the output
   */
  backward(dhs: Tensor): Tensor {
    if (!this.#block)
      throw new UnrolledError('call-order', 'TimeGRU: backward came before forward; call forward first.');
    const { xs, h, loop } = this.#block;
    const [Wx, Wh, b] = this.params;
    expectShape('TimeGRU', 'dhs', dhs, 'N, T, H', h.steps.shape);
    const dgates = this.#space.sequence('dgates', loop.gates.shape);
    const dcandidateInput = this.#space.sequence('dcandidateInput', h.steps.shape);
    const dxs = this.#space.sequence('dxs', xs.shape);
    const WhT = this.#space.tensor('WhT', [b.value.size, Wh.value.shape[0]]);
    const dh = this.#space.tensor('dh', h.start.shape);
    this.#dh = dh;
    this.#backend.transpose(WhT, Wh.value);
    this.#backend.fill(dh, 0);
    this.#backend.gruBackward({ dgates, dcandidateInput, dh }, dhs, loop, WhT);
    this.#backend.gemm(Wx.grad, xs.rows(), dgates.rows(), { transposeA: true });
    this.#recurrentGradients(h, loop, dgates, dcandidateInput);
    this.#backend.sumRows(b.grad, dgates.rows());
    this.#backend.gemm(dxs.rows(), dgates.rows(), Wx.value, { transposeB: true });
    return dxs;
  }

  /** Computes dWh, whose candidate block is a separate product, and dbh. */
  #recurrentGradients(
    { before }: StateBlock,
    { candidateInput }: GRUBlock,
    dgates: Tensor,
    dcandidateInput: Tensor,
  ): void {
    const { grad } = this.params[1];
    const H = grad.shape[0];
    const [left, right] = this.#bh ? [before, dcandidateInput] : [candidateInput.rows(), dgates];
    const [zr, candidate] = [[0, 2 * H] as const, [2 * H, 3 * H] as const];
    this.#backend.gemm(grad, before, dgates.rows(), { transposeA: true, columns: zr });
    this.#backend.gemm(grad, left, right.rows(), { transposeA: true, columns: candidate });
    if (this.#bh) this.#backend.sumRows(this.#bh.grad, dcandidateInput.rows());
  }
}
