import type { Tensor } from '../../tensor/tensor.ts';
import type { Backend, LSTMBlock, LSTMGradients } from '../backend.ts';
import { carryStep, cutStep, stateBefore } from './resets.ts';
import { eachUnit, sigmoid, views } from './units.ts';
import { joinStep, mixStep, splitStep } from './zoneout.ts';

/** Step t of an LSTM or CIFG from its gate pre-activations: the gates, c and h. */
export function lstmStep(on: Backend, block: LSTMBlock, t: number): void {
  const { gates, hs, cs, hStart, cStart, zoneout, resets } = block;
  const H = hs.shape[2];
  const G = gates.shape[2] / H;
  const hBefore = stateBefore(hs, hStart, t, resets?.h);
  const cBefore = stateBefore(cs, cStart, t, resets?.c);
  const [a, h, c, c0] = views(gates.step(t), hs.step(t), cs.step(t), cBefore);
  eachUnit(h.length, H, G, (n, j, at) => {
    const output = at + (G - 1) * H;
    const [f, g, o] = [sigmoid(a[at]), Math.tanh(a[at + H]), sigmoid(a[output])];
    const i = G === 4 ? sigmoid(a[at + 2 * H]) : 1 - f;
    c[n * H + j] = f * c0[n * H + j] + g * i;
    h[n * H + j] = o * Math.tanh(c[n * H + j]);
    [a[at], a[at + H], a[output]] = [f, g, o];
    if (G === 4) a[at + 2 * H] = i;
  });
  mixStep(zoneout?.c ?? null, t, cs.step(t), cBefore);
  mixStep(zoneout?.h ?? null, t, hs.step(t), hBefore);
  carryStep(on, resets?.c, t, cs);
  carryStep(on, resets?.h, t, hs);
}

/**
 * Its backward pass: the gradient w.r.t. the gate pre-activations, and that w.r.t. c_{t−1} through the cell, in dc.
 * @returns what to call once dh holds the gradient w.r.t. h_{t−1} through the cell
 */
export function lstmStepBackward(
  on: Backend,
  { dgates, dh, dc }: LSTMGradients,
  dhs: Tensor,
  { gates, hs, cs, cStart, zoneout, resets }: LSTMBlock,
  t: number,
): () => void {
  const H = hs.shape[2];
  const G = gates.shape[2] / H;
  const candidate = zoneout?.c?.candidate ?? cs;
  on.addScaled(dh, 1, dhs.step(t));
  const dhSkip = splitStep(zoneout?.h ?? null, t, dh);
  const dcSkip = splitStep(zoneout?.c ?? null, t, dc);
  const cBefore = stateBefore(cs, cStart, t, resets?.c);
  const [da, a, c, c0] = views(dgates.step(t), gates.step(t), candidate.step(t), cBefore);
  const [dhNow, dcNow] = views(dh, dc);
  eachUnit(dhNow.length, H, G, (n, j, at) => {
    const [unit, output] = [n * H + j, at + (G - 1) * H];
    const [f, g, o] = [a[at], a[at + H], a[output]];
    const i = G === 4 ? a[at + 2 * H] : 1 - f;
    const tanhC = Math.tanh(c[unit]);
    const d = dcNow[unit] + dhNow[unit] * o * (1 - tanhC ** 2);
    da[at] = d * (G === 4 ? c0[unit] : c0[unit] - g) * f * (1 - f);
    da[at + H] = d * i * (1 - g ** 2);
    if (G === 4) da[at + 2 * H] = d * g * i * (1 - i);
    da[output] = dhNow[unit] * tanhC * o * (1 - o);
    dcNow[unit] = d * f;
  });
  return () => {
    joinStep(on, dh, dhSkip);
    joinStep(on, dc, dcSkip);
    cutStep(on, resets?.h, t, dh);
    cutStep(on, resets?.c, t, dc);
  };
}
