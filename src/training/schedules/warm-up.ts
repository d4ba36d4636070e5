import { checkCount } from '../../kinds.ts';
import { checkSchedule, type Schedule, withRate } from './schedule.ts';

/**
 * Linear warm-up (Goyal et al. 2017): multiplies the schedule's rate by 1/steps, 2/steps, …, 1 in the first `steps` steps.
 * @throws {UnrolledError} `option-value` when steps is not a positive integer, or schedule is not a Schedule
 */
export function warmUp(schedule: Schedule, steps: number): Schedule {
  checkSchedule('warmUp', schedule);
  checkCount('warmUp', { steps }, 1);
  return withRate(schedule, (point) => schedule.rate(point) * Math.min(1, point.step / steps));
}
