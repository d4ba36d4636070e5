import { dropped } from '../../tensor/mask.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Backend, Zoneout } from '../backend.ts';

/** Mixes step t of a state, the candidate state, with the previous step. */
export function mixStep(zoneout: Zoneout | null, t: number, step: Tensor, before: Tensor): void {
  if (!zoneout) return;
  const [state, old] = [step.view(), before.view()];
  zoneout.candidate?.step(t).view().set(state);
  for (let i = 0; i < state.length; i++) {
    const k = keepFactor(zoneout, t, step, i);
    state[i] = k * old[i] + (1 - k) * state[i];
  }
}

/**
 * Backward: multiplies d, the gradient w.r.t. s_t, by 1 − k, which gives the gradient w.r.t. s̃_t. Returns k ⊙ d, which
 * `joinStep` adds to the gradient w.r.t. s_{t−1} after the backward pass of the cell.
 */
export function splitStep(zoneout: Zoneout | null, t: number, d: Tensor): Tensor | null {
  if (!zoneout) return null;
  const skip = zoneout.scratch.part(d.shape);
  const [skipped, through] = [skip.view(), d.view()];
  for (let i = 0; i < through.length; i++) {
    const k = keepFactor(zoneout, t, d, i);
    skipped[i] = k * through[i];
    through[i] *= 1 - k;
  }
  return skip;
}

export function joinStep(on: Backend, d: Tensor, skip: Tensor | null): void {
  if (skip) on.addScaled(d, 1, skip);
}

/** k of unit i of a state (N,H) at step t. */
function keepFactor({ mask, rate }: Zoneout, t: number, { shape: [N, H] }: Tensor, i: number): number {
  if (!mask) return rate;
  const { first, of } = mask.streams ?? { first: 0, of: N };
  return dropped(1, mask, (t * of + first) * H + i) === 0 ? 1 : 0;
}
