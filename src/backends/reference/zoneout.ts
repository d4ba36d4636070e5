import { dropped } from '../../tensor/mask.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Backend, Zoneout } from '../backend.ts';

/** Replaces step t of a state, the cell's new state, with its mix with the previous step. */
export function mixStep(zoneout: Zoneout | null, t: number, step: Tensor, before: Tensor): void {
  if (!zoneout) return;
  const [state, old] = [step.view(), before.view()];
  zoneout.made?.step(t).view().set(state);
  for (let i = 0; i < state.length; i++) {
    const k = keptShare(zoneout, t * state.length + i);
    state[i] = k * old[i] + (1 - k) * state[i];
  }
}

/**
 * The backward pass: d, the gradient w.r.t. step t, becomes that w.r.t. s̃_t. Returns the part that is added
 * to the gradient w.r.t. step t − 1 after the cell's backward pass.
 */
export function splitStep(zoneout: Zoneout | null, t: number, d: Tensor): Tensor | null {
  if (!zoneout) return null;
  const round = zoneout.room.part(d.shape);
  const [around, through] = [round.view(), d.view()];
  for (let i = 0; i < through.length; i++) {
    const k = keptShare(zoneout, t * through.length + i);
    around[i] = k * through[i];
    through[i] *= 1 - k;
  }
  return round;
}

export function joinStep(on: Backend, d: Tensor, round: Tensor | null): void {
  if (round) on.addScaled(d, 1, round);
}

function keptShare({ mask, rate }: Zoneout, i: number): number {
  if (!mask) return rate;
  return dropped(1, mask, i) === 0 ? 1 : 0;
}
