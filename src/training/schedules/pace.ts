import { checkSchedule, type Schedule, withRate } from './schedule.ts';

/** A part of a run between two changes of its length: from position `at`, the schedule advances `slope` steps per step. */
interface Leg {
  readonly at: number;
  readonly schedule: number;
  readonly slope: number;
}

/**
 * The planned length of a run in steps, which may change while the run lasts. A schedule made by `paced` follows it
 * without a jump: from the change on, what remains of the schedule is spread over the steps that remain.
 */
export class Pace {
  readonly #first: number;
  readonly #legs: Leg[] = [];
  #steps: number;

  /** @param steps the length that is planned first; the schedule is made for this one */
  constructor(steps: number) {
    this.#first = steps;
    this.#steps = steps;
  }

  /** The planned length, in steps. */
  get steps(): number {
    return this.#steps;
  }

  /** The length that was planned first, in steps. */
  get firstSteps(): number {
    return this.#first;
  }

  /** Changes the length after `at` steps. */
  change(at: number, steps: number): void {
    const schedule = this.scheduleStep(at + 1) - 1;
    const slope = steps > at ? (this.#first - schedule) / (steps - at) : 0;
    this.#legs.push({ at, schedule, slope });
    this.#steps = steps;
  }

  /** The step of the schedule for a step of the run, both counted from 1; the same until the first change. */
  scheduleStep(step: number): number {
    const leg = this.#legs.findLast(({ at }) => at <= step - 1);
    return leg ? 1 + leg.schedule + (step - 1 - leg.at) * leg.slope : step;
  }
}

/** A schedule for the first length of the pace that follows its changes. @throws {UnrolledError} `option-value` unless it is a Schedule */
export function paced(schedule: Schedule, pace: Pace): Schedule {
  checkSchedule('paced', schedule);
  return withRate(schedule, ({ epoch, step }) => schedule.rate({ epoch, step: pace.scheduleStep(step) }));
}
