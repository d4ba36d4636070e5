import { checkCount, checkNotNegative, checkPositive, optionsOf } from '../../kinds.ts';
import { cosineDecay } from '../../tensor/portable-math.ts';
import { type Schedule, statelessSchedule } from './schedule.ts';

/** Options of `cosine`. */
export interface CosineOptions {
  /** Initial learning rate. */
  lr: number;
  /** Total number of steps of the run. */
  steps: number;
  /** Final learning rate. Default 0. */
  end?: number;
}

/**
 * Cosine annealing from lr at the first step to `end` after the last one (Loshchilov and Hutter 2017, without
 * restarts), as PyTorch's `CosineAnnealingLR`. Steps after the last have the rate `end`.
 * @throws {UnrolledError} `option-value` when lr or steps is not positive, or end is negative
 */
export function cosine(options: CosineOptions): Schedule {
  const { lr, steps, end = 0 } = optionsOf('cosine', options, 'Pass { lr, steps }.');
  checkPositive('cosine', { lr }, 0.1);
  checkCount('cosine', { steps }, 1);
  checkNotNegative('cosine', { end }, 0.001);
  return statelessSchedule(
    'cosine',
    ({ step }) => end + (lr - end) * cosineDecay(Math.min(1, (step - 1) / steps)),
  );
}

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** Peak learning rate. */
  lr: number;
  /** Total number of steps of the run. */
  steps: number;
  /** Fraction of the steps in which the rate rises, between 0 and 1. Default 0.3, as in PyTorch. */
  rise?: number;
}

/** The first and last rates as fractions of the peak, as in PyTorch. */
const FIRST = 1 / 25;
const LAST = FIRST / 1e4;

/**
 * The one-cycle schedule (Smith and Topin 2018), as PyTorch's `OneCycleLR` with its defaults and without momentum
 * cycling: cosine from lr/25 up to lr, then cosine down to lr/250,000 at the last step.
 * @throws {UnrolledError} `option-value` when lr is not positive, steps is below 2, or rise is not between 0 and 1
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { lr, steps, rise = 0.3 } = optionsOf('oneCycle', options, 'Pass { lr, steps }.');
  checkPositive('oneCycle', { lr, rise }, 0.3);
  checkPositive('oneCycle', { '1 − rise': 1 - rise }, 0.3);
  checkCount('oneCycle', { steps }, 2);
  const [top, last] = [rise * steps - 1, steps - 1];
  return statelessSchedule('one-cycle', ({ step }) => {
    const at = Math.min(step - 1, last);
    if (at < top) return lr * (1 + (FIRST - 1) * cosineDecay(at / top));
    return lr * (LAST + (1 - LAST) * cosineDecay((at - top) / (last - top)));
  });
}
