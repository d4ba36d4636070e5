import type { Tensor } from '../../tensor/tensor.ts';
import type { Backend, Resets } from '../backend.ts';

/** The state before step t: step t − 1 of xs, or the state before the first step; with resets what `carryStep` made of it. */
export function stateBefore(xs: Tensor, start: Tensor, t: number, resets: Resets | null | undefined): Tensor {
  if (resets) return resets.before.step(t);
  return t === 0 ? start : xs.step(t - 1);
}

/** What step t + 1 starts from, of the states after step t. */
export function carryStep(on: Backend, resets: Resets | null | undefined, t: number, xs: Tensor): void {
  if (!resets || t + 1 === xs.shape[1]) return;
  on.resetRows(resets.before.step(t + 1), xs.step(t), resets.at.step(t + 1));
}

/** The backward pass: d, the gradient w.r.t. the state before step t, passes no reset. */
export function cutStep(on: Backend, resets: Resets | null | undefined, t: number, d: Tensor): void {
  if (resets) on.resetRows(d, d, resets.at.step(t));
}
