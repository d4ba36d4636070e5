import { checkCount, checkPositive, optionsOf } from '../../kinds.ts';
import { power } from '../../tensor/portable-math.ts';
import { type Schedule, statelessSchedule } from './schedule.ts';

/** A constant rate. Throws unless lr is a positive number. */
export function constant(options: { lr: number }): Schedule {
  const { lr } = optionsOf('constant', options, 'Give { lr }.');
  checkPositive('constant', { lr }, 0.1);
  return statelessSchedule('constant', () => lr);
}

export interface StepDecayOptions {
  lr: number;
  /** Default 0.1, that of PyTorch's `StepLR`. */
  factor?: number;
  /** Epochs that have the same rate. */
  every: number;
}

/** lr·factorⁿ after n times `every` epochs. Throws for numbers that are not positive. */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { lr, factor = 0.1, every } = optionsOf('stepDecay', options, 'Give { lr, every }.');
  checkPositive('stepDecay', { lr, factor }, 0.1);
  checkCount('stepDecay', { every }, 1);
  return statelessSchedule('step', ({ epoch }) => lr * power(factor, Math.floor((epoch - 1) / every)));
}

export interface DecayAfterOptions {
  lr: number;
  /** Default 0.5. */
  factor?: number;
  /** Epochs that keep the first rate. */
  after: number;
}

/**
 * lr for the first `after` epochs; each later one has the rate of the one before times `factor`, as in
 * Zaremba et al. 2014. Throws for an lr or factor that is not positive, or an `after` below 0.
 */
export function decayAfter(options: DecayAfterOptions): Schedule {
  const { lr, factor = 0.5, after } = optionsOf('decayAfter', options, 'Give { lr, after }.');
  checkPositive('decayAfter', { lr, factor }, 0.5);
  checkCount('decayAfter', { after }, 0);
  return statelessSchedule('decay', ({ epoch }) => lr * power(factor, Math.max(0, epoch - after)));
}
