import type {
  Activation,
  Backend,
  GRUBlock,
  GRUGradients,
  LSTMBlock,
  LSTMGradients,
  MogrifierBlock,
  MogrifierGradients,
  MogrifierWeights,
  ScanBlock,
  Zoneout,
} from '../../backends/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import { RoundBuffers } from './round-buffers.ts';

/**
 * A backend for one recurrent layer that computes the same backward pass step by step, and records the gradient w.r.t. the state
 * after each step. The layer itself computes T steps in one call, which keeps only the gradient w.r.t. the first state.
 *
 * The gradient w.r.t. h is handed to each step as that of its output, because h and output are the same tensor. For evaluation: without
 * random masks and resets.
 * Memory: T·N·H, for a cell with a c twice as much, and N·H; for a Mogrifier LSTM the rounds of one step too.
 */
export class StateRecorder {
  /** The backend that the layer must be created with. */
  readonly backend: Backend;
  readonly #on: Backend;
  readonly #space: Workspace;
  /** (N, T, H) After `backward`: the gradient w.r.t. h after each step; null before. */
  h: Tensor | null = null;
  /** (N, T, H) After `backward`: the gradient w.r.t. c after each step; null for a cell without c. */
  c: Tensor | null = null;

  /** @param on the backend that computes, with the arena for the recorded gradients */
  constructor(on: Backend) {
    this.#on = on;
    this.#space = new Workspace(on.arena);
    this.backend = Object.create(on, {
      rnnBackward: { value: this.#rnnBackward.bind(this) },
      lstmBackward: { value: this.#lstmBackward.bind(this) },
      mogrifierBackward: { value: this.#mogrifierBackward.bind(this) },
      gruBackward: { value: this.#gruBackward.bind(this) },
      scanBackward: { value: this.#scanBackward.bind(this) },
    });
  }

  #rnnBackward(
    dts: Tensor,
    dh: Tensor,
    dhs: Tensor,
    hs: Tensor,
    WhT: Tensor,
    activation?: Activation,
    zoneout: Zoneout | null = null,
  ): void {
    this.#eachStep(dhs, { dh }, (t, dhsStep) => {
      const step = [stepOf(dts, t), dh, dhsStep, stepOf(hs, t), WhT, activation] as const;
      this.#on.rnnBackward(...step, zoneoutAt(zoneout, t));
    });
  }

  #lstmBackward({ dgates, dh, dc }: LSTMGradients, dhs: Tensor, block: LSTMBlock, WhT: Tensor): void {
    this.#eachStep(dhs, { dh, dc }, (t, dhsStep) => {
      this.#on.lstmBackward({ dgates: stepOf(dgates, t), dh, dc }, dhsStep, lstmStepOf(block, t), WhT);
    });
  }

  #mogrifierBackward(
    out: MogrifierGradients,
    dhs: Tensor,
    block: MogrifierBlock,
    transposed: MogrifierWeights,
  ): void {
    const { dgates, dh, dc, dxs, dxScales, dhScales, dinner } = out;
    const { xs, xScales, xRounds, hScales, hRounds, inner } = block;
    const rounds = new RoundBuffers(this.#on, this.#space, dhs.shape[1]);
    const gradients = rounds.of({ dxScales, dhScales, dinner });
    this.#eachStep(dhs, { dh, dc }, (t, dhsStep) => {
      const saved = rounds.load({ xScales, xRounds, hScales, hRounds, inner }, t);
      const step = { ...lstmStepOf(block, t), xs: stepOf(xs, t), ...saved };
      const written = { dgates: stepOf(dgates, t), dh, dc, dxs: stepOf(dxs, t), ...gradients };
      this.#on.mogrifierBackward(written, dhsStep, step, transposed);
      rounds.store(gradients, { dxScales, dhScales, dinner }, t);
    });
  }

  #gruBackward(out: GRUGradients, dhs: Tensor, block: GRUBlock, WhT: Tensor): void {
    const { gates, candidateInput, hs, hStart, bh, zoneout } = block;
    this.#eachStep(dhs, { dh: out.dh }, (t, dhsStep) => {
      const gradients = {
        dgates: stepOf(out.dgates, t),
        dcandidateInput: stepOf(out.dcandidateInput, t),
        dh: out.dh,
      };
      const step = {
        gates: stepOf(gates, t),
        candidateInput: stepOf(candidateInput, t),
        hs: stepOf(hs, t),
        hStart: before(hs, hStart, t),
        bh,
        zoneout: zoneoutAt(zoneout, t),
      };
      this.#on.gruBackward(gradients, dhsStep, step, WhT);
    });
  }

  #scanBackward(out: { dgates: Tensor; dh: Tensor }, dhs: Tensor, block: ScanBlock): void {
    const { gates, hs, hStart } = block;
    this.#eachStep(dhs, { dh: out.dh }, (t, dhsStep) => {
      const step = {
        gates: stepOf(gates, t),
        hs: stepOf(hs, t),
        hStart: before(hs, hStart, t),
      };
      this.#on.scanBackward({ dgates: stepOf(out.dgates, t), dh: out.dh }, dhsStep, step);
    });
  }

  /**
   * Runs the backward pass of each step, from the last to the first, on the sum of the gradient of its output and the one that comes
   * from the step after it.
   */
  #eachStep(
    dhs: Tensor,
    { dh, dc }: { dh: Tensor; dc?: Tensor },
    backward: (t: number, dhsStep: Tensor) => void,
  ): void {
    const h = this.#space.sequence('h', dhs.shape);
    const c = dc ? this.#space.sequence('c', dhs.shape) : null;
    this.#on.copy(h, dhs);
    this.#on.fill(dh, 0);
    for (let t = dhs.shape[1] - 1; t >= 0; t--) {
      this.#on.addScaled(h.step(t), 1, dh);
      if (dc && c) this.#on.copy(c.step(t), dc);
      this.#on.fill(dh, 0);
      backward(t, stepOf(h, t));
    }
    [this.h, this.c] = [h, c];
  }
}

/** Step t of a sequence (N, T, …) as a sequence (N, 1, …) over the same memory. */
function stepOf(x: Tensor, t: number): Tensor {
  const [N, , ...rest] = x.shape;
  return x.part([N, 1, ...rest], (t * x.size) / x.shape[1], 'time');
}

/** Step t of a block of an LSTM. */
function lstmStepOf({ gates, hs, cs, hStart, cStart, zoneout }: LSTMBlock, t: number): LSTMBlock {
  return {
    gates: stepOf(gates, t),
    hs: stepOf(hs, t),
    cs: stepOf(cs, t),
    hStart: before(hs, hStart, t),
    cStart: before(cs, cStart, t),
    zoneout: { h: zoneoutAt(zoneout?.h, t), c: zoneoutAt(zoneout?.c, t) },
  };
}

/** The state before step t. */
function before(states: Tensor, start: Tensor, t: number): Tensor {
  return t === 0 ? start : states.step(t - 1);
}

/** The zoneout of step t, in expectation: the elements of a random mask are numbered over the whole block. */
function zoneoutAt(zoneout: Zoneout | null | undefined, t: number): Zoneout | null {
  if (!zoneout) return null;
  const { rate, candidate, scratch } = zoneout;
  return { rate, scratch, mask: null, candidate: candidate && stepOf(candidate, t) };
}
