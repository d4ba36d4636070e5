import { checkCount, checkNotNegative, checkPositive, optionsOf } from '../../kinds.ts';
import { cosineDecay } from '../../tensor/portable-math.ts';
import { type Schedule, statelessSchedule } from './schedule.ts';

export interface CosineOptions {
  lr: number;
  /** The number of steps of the whole run. */
  steps: number;
  /** The final rate. Default 0. */
  end?: number;
}

/**
 * Half a cosine from lr at the first step down to `end` after the last one (Loshchilov and Hutter 2017,
 * without restarts), as PyTorch's `CosineAnnealingLR`. Later steps have the rate `end`.
 * Throws for an lr or steps that are not positive, or an end below 0.
 */
export function cosine(options: CosineOptions): Schedule {
  const { lr, steps, end = 0 } = optionsOf('cosine', options, 'Give { lr, steps }.');
  checkPositive('cosine', { lr }, 0.1);
  checkCount('cosine', { steps }, 1);
  checkNotNegative('cosine', { end }, 0.001);
  return statelessSchedule(
    'cosine',
    ({ step }) => end + (lr - end) * cosineDecay(Math.min(1, (step - 1) / steps)),
  );
}

export interface OneCycleOptions {
  /** The highest rate. */
  lr: number;
  /** The number of steps of the whole run. */
  steps: number;
  /** The fraction of the steps in which the rate rises. Default 0.3, PyTorch's. */
  rise?: number;
}

/** The first and the last rate as fractions of the highest: PyTorch's. */
const FIRST = 1 / 25;
const LAST = FIRST / 1e4;

/**
 * One cycle (Smith and Topin 2018), as PyTorch's `OneCycleLR` with its defaults and without a cycle of the
 * momentum: half a cosine up from lr/25 to lr, and half a cosine down to lr/250,000 at the last step.
 * Throws for an lr that is not positive, less than two steps, or a rise that is not between 0 and 1.
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { lr, steps, rise = 0.3 } = optionsOf('oneCycle', options, 'Give { lr, steps }.');
  checkPositive('oneCycle', { lr, rise }, 0.3);
  checkPositive('oneCycle', { 'what rise leaves of 1': 1 - rise }, 0.3);
  checkCount('oneCycle', { steps }, 2);
  const [top, last] = [rise * steps - 1, steps - 1];
  return statelessSchedule('one-cycle', ({ step }) => {
    const at = Math.min(step - 1, last);
    if (at < top) return lr * (1 + (FIRST - 1) * cosineDecay(at / top));
    return lr * (LAST + (1 - LAST) * cosineDecay((at - top) / (last - top)));
  });
}
