import { checkCount } from '../../check.ts';
import type { Schedule } from './schedule.ts';

/**
 * A schedule whose first `steps` steps have a share of its rate: 1/steps, 2/steps, …, 1 (Goyal et al. 2017).
 * Throws when steps is no integer of at least 1.
 */
export function warmUp(schedule: Schedule, steps: number): Schedule {
  checkCount('warmUp', { steps }, 1);
  return {
    name: schedule.name,
    needsValidation: schedule.needsValidation,
    rate: (moment) => schedule.rate(moment) * Math.min(1, moment.step / steps),
    validated: (perplexity) => schedule.validated(perplexity),
    save: () => schedule.save(),
    restore: (state) => schedule.restore(state),
  };
}
