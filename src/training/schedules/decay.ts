import { checkCount, checkPositive, optionsOf } from '../../kinds.ts';
import { power } from '../../tensor/portable-math.ts';
import { type Schedule, statelessSchedule } from './schedule.ts';

/**
 * A constant learning rate.
 * @throws {UnrolledError} `option-value` when lr is not positive
 */
export function constant(options: { lr: number }): Schedule {
  const { lr } = optionsOf('constant', options, 'Pass { lr }.');
  checkPositive('constant', { lr }, 0.1);
  return statelessSchedule('constant', () => lr);
}

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  /** Initial learning rate. */
  lr: number;
  /** Factor applied every `every` epochs. Default 0.1, as in PyTorch's `StepLR`. */
  factor?: number;
  /** Epochs between decays. */
  every: number;
}

/**
 * Step decay: the rate is multiplied by `factor` every `every` epochs, as PyTorch's `StepLR`.
 * @throws {UnrolledError} `option-value` when a number is not positive
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const { lr, factor = 0.1, every } = optionsOf('stepDecay', options, 'Pass { lr, every }.');
  checkPositive('stepDecay', { lr, factor }, 0.1);
  checkCount('stepDecay', { every }, 1);
  return statelessSchedule('step', ({ epoch }) => lr * power(factor, Math.floor((epoch - 1) / every)));
}

/** Options of `decayAfter`. */
export interface DecayAfterOptions {
  /** Initial learning rate. */
  lr: number;
  /** Factor applied each epoch after the first `after` ones. Default 0.5. */
  factor?: number;
  /** Epochs at the initial rate. */
  after: number;
}

/**
 * A constant rate for the first `after` epochs, then exponential decay by `factor` per epoch, as in Zaremba et al. 2014.
 * @throws {UnrolledError} `option-value` when lr or factor is not positive, or `after` is negative
 */
export function decayAfter(options: DecayAfterOptions): Schedule {
  const { lr, factor = 0.5, after } = optionsOf('decayAfter', options, 'Pass { lr, after }.');
  checkPositive('decayAfter', { lr, factor }, 0.5);
  checkCount('decayAfter', { after }, 0);
  return statelessSchedule('decay', ({ epoch }) => lr * power(factor, Math.max(0, epoch - after)));
}
