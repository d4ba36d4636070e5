import type { Tensor } from '../../tensor/tensor.ts';
import type {
  Activation,
  Backend,
  Columns,
  GRUBlock,
  GRUGradients,
  LSTMBlock,
  LSTMGradients,
  Resets,
  ScanBlock,
  Zoneout,
} from '../backend.ts';
import { lstmStep, lstmStepBackward } from './lstm-step.ts';
import { carryStep, cutStep, stateBefore } from './resets.ts';
import { eachUnit, sigmoid, views } from './units.ts';
import { joinStep, mixStep, splitStep } from './zoneout.ts';

// The time loops of the recurrent layers, step by step, as in the formulas.

export function rnnForward(
  on: Backend,
  hs: Tensor,
  hStart: Tensor,
  Wh: Tensor,
  activation: Activation,
  zoneout: Zoneout | null,
  resets: Resets | null,
): void {
  const T = hs.shape[1];
  for (let t = 0; t < T; t++) {
    const hBefore = stateBefore(hs, hStart, t, resets);
    on.gemm(hs.step(t), hBefore, Wh, { accumulate: true });
    on[activation](hs.step(t));
    mixStep(zoneout, t, hs.step(t), hBefore);
    carryStep(on, resets, t, hs);
  }
}

export function rnnBackward(
  on: Backend,
  dts: Tensor,
  dh: Tensor,
  dhs: Tensor,
  hs: Tensor,
  WhT: Tensor,
  activation: Activation,
  zoneout: Zoneout | null,
  resets: Resets | null,
): void {
  const T = hs.shape[1];
  on.fill(dh, 0);
  for (let t = T - 1; t >= 0; t--) {
    on.addScaled(dh, 1, dhs.step(t));
    const skip = splitStep(zoneout, t, dh);
    on[`${activation}Backward` as const](dts.step(t), (zoneout?.candidate ?? hs).step(t), dh);
    on.gemm(dh, dts.step(t), WhT);
    joinStep(on, dh, skip);
    cutStep(on, resets, t, dh);
  }
}

export function lstmForward(on: Backend, block: LSTMBlock, Wh: Tensor): void {
  const { gates, hs, hStart, resets } = block;
  for (let t = 0; t < hs.shape[1]; t++) {
    on.gemm(gates.step(t), stateBefore(hs, hStart, t, resets?.h), Wh, { accumulate: true });
    lstmStep(on, block, t);
  }
}

export function lstmBackward(
  on: Backend,
  out: LSTMGradients,
  dhs: Tensor,
  block: LSTMBlock,
  WhT: Tensor,
): void {
  for (let t = block.hs.shape[1] - 1; t >= 0; t--) {
    const join = lstmStepBackward(on, out, dhs, block, t);
    on.gemm(out.dh, out.dgates.step(t), WhT);
    join();
  }
}

export function gruForward(on: Backend, block: GRUBlock, Wh: Tensor): void {
  const { gates, candidateInput, hs, hStart, bh, zoneout = null, resets } = block;
  const [, T, H] = hs.shape;
  const candidate = [2 * H, 3 * H] as const;
  for (let t = 0; t < T; t++) {
    const hBefore = stateBefore(hs, hStart, t, resets);
    const [a, u, h, h0] = views(gates.step(t), candidateInput.step(t), hs.step(t), hBefore);
    on.gemm(gates.step(t), hBefore, Wh, { accumulate: true, columns: [0, 2 * H] });
    eachUnit(h.length, H, 3, (n, j, at) => {
      [a[at], a[at + H]] = [sigmoid(a[at]), sigmoid(a[at + H])];
      if (!bh) u[n * H + j] = a[at + H] * h0[n * H + j];
    });
    if (bh) {
      on.broadcastRows(candidateInput.step(t), bh);
      on.gemm(candidateInput.step(t), hBefore, Wh, { accumulate: true, columns: candidate });
    } else {
      on.gemm(gates.step(t), candidateInput.step(t), Wh, { accumulate: true, columns: candidate });
    }
    eachUnit(h.length, H, 3, (n, j, at) => {
      const [z, r, unit] = [a[at], a[at + H], n * H + j];
      const proposed = Math.tanh(a[at + 2 * H] + (bh ? r * u[unit] : 0));
      a[at + 2 * H] = proposed;
      h[unit] = (1 - z) * h0[unit] + z * proposed;
    });
    mixStep(zoneout, t, hs.step(t), hBefore);
    carryStep(on, resets, t, hs);
  }
}

export function gruBackward(
  on: Backend,
  { dgates, dcandidateInput, dh }: GRUGradients,
  dhs: Tensor,
  { gates, candidateInput, hs, hStart, bh, zoneout = null, resets }: GRUBlock,
  WhT: Tensor,
): void {
  const [, T, H] = hs.shape;
  on.fill(dcandidateInput, 0);
  for (let t = T - 1; t >= 0; t--) {
    on.addScaled(dh, 1, dhs.step(t));
    const skip = splitStep(zoneout, t, dh);
    const [da, du, a, u] = views(
      dgates.step(t),
      dcandidateInput.step(t),
      gates.step(t),
      candidateInput.step(t),
    );
    const [d, h0] = views(dh, stateBefore(hs, hStart, t, resets));
    eachUnit(d.length, H, 3, (n, j, at) => {
      const [z, r, proposed, unit] = [a[at], a[at + H], a[at + 2 * H], n * H + j];
      da[at] = d[unit] * (proposed - h0[unit]) * z * (1 - z);
      da[at + 2 * H] = d[unit] * z * (1 - proposed ** 2);
      d[unit] *= 1 - z;
      if (bh) du[unit] = da[at + 2 * H] * r;
    });
    if (!bh) addProduct(dcandidateInput.step(t), dgates.step(t), WhT, [2 * H, 3 * H]);
    eachUnit(d.length, H, 3, (n, j, at) => {
      const [r, unit] = [a[at + H], n * H + j];
      da[at + H] = (bh ? da[at + 2 * H] * u[unit] : du[unit] * h0[unit]) * r * (1 - r);
      if (!bh) d[unit] += du[unit] * r;
    });
    addProduct(dh, dgates.step(t), WhT, [0, 2 * H]);
    if (bh) on.gemm(dh, dcandidateInput.step(t), WhT.part([H, H], 2 * H * H), { accumulate: true });
    joinStep(on, dh, skip);
    cutStep(on, resets, t, dh);
  }
}

export function scanForward(on: Backend, { gates, hs, hStart, resets }: ScanBlock): void {
  const [, T, H] = hs.shape;
  const G = gates.shape[2] / H;
  for (let t = 0; t < T; t++) {
    const [a, h, h0] = views(gates.step(t), hs.step(t), stateBefore(hs, hStart, t, resets));
    eachUnit(h.length, H, G, (n, j, at) => {
      const [unit, candidate] = [n * H + j, a[at + (G - 1) * H]];
      for (let gate = at; gate < at + (G - 1) * H; gate += H) a[gate] = sigmoid(a[gate]);
      const z = updateGate(a, at, H, G);
      h[unit] = (1 - z) * h0[unit] + z * candidate;
    });
    carryStep(on, resets, t, hs);
  }
}

export function scanBackward(
  on: Backend,
  { dgates, dh }: { dgates: Tensor; dh: Tensor },
  dhs: Tensor,
  { gates, hs, hStart, resets }: ScanBlock,
): void {
  const [, T, H] = hs.shape;
  const G = gates.shape[2] / H;
  for (let t = T - 1; t >= 0; t--) {
    on.addScaled(dh, 1, dhs.step(t));
    const hBefore = stateBefore(hs, hStart, t, resets);
    const [da, a, d, h0] = views(dgates.step(t), gates.step(t), dh, hBefore);
    eachUnit(d.length, H, G, (n, j, at) => {
      const [unit, candidate, z] = [n * H + j, at + (G - 1) * H, updateGate(a, at, H, G)];
      const slope = d[unit] * (a[candidate] - h0[unit]) * z * (1 - z);
      da[at] = G === 2 ? slope : -slope * (1 - a[at]);
      if (G === 3) da[at + H] = slope * (1 - a[at + H]);
      da[candidate] = d[unit] * z;
      d[unit] *= 1 - z;
    });
    cutStep(on, resets, t, dh);
  }
}

/** z: the gate of a minGRU, or i/(f + i) of a minLSTM. */
function updateGate(gates: Float64Array, at: number, H: number, G: number): number {
  return G === 2 ? gates[at] : gates[at + H] / (gates[at] + gates[at + H]);
}

/** out (N,H) += some columns of x (N,K) · the same rows of W (K,H). */
function addProduct(out: Tensor, x: Tensor, W: Tensor, [first, end]: Columns): void {
  const [N, H] = out.shape;
  const K = x.shape[1];
  const [y, values, weights] = views(out, x, W);
  for (let n = 0; n < N; n++) {
    for (let h = 0; h < H; h++) {
      for (let k = first; k < end; k++) y[n * H + h] += values[n * K + k] * weights[k * H + h];
    }
  }
}
