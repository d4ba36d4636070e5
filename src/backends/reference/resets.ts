import type { Tensor } from '../../tensor/tensor.ts';
import type { Backend, Resets } from '../backend.ts';

/** The state before step t: step t − 1 of xs, or `start`; with resets, the state that `carryStep` wrote. */
export function stateBefore(xs: Tensor, start: Tensor, t: number, resets: Resets | null | undefined): Tensor {
  if (resets) return resets.before.step(t);
  return t === 0 ? start : xs.step(t - 1);
}

/** With resets, copies the state after step t to where step t + 1 reads it, 0 where it is reset. */
export function carryStep(on: Backend, resets: Resets | null | undefined, t: number, xs: Tensor): void {
  if (!resets || t + 1 === xs.shape[1]) return;
  on.resetRows(resets.before.step(t + 1), xs.step(t), resets.at.step(t + 1));
}

/** Backward: sets d, the gradient w.r.t. the state before step t, to 0 where the state is reset. */
export function cutStep(on: Backend, resets: Resets | null | undefined, t: number, d: Tensor): void {
  if (resets) on.resetRows(d, d, resets.at.step(t));
}
