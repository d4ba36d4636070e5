import { wrongKind } from '../../kinds.ts';
import type { SavedNumbers } from '../state/saved-state.ts';

/** The position in training of the step about to be taken. */
export interface SchedulePoint {
  /** The epoch, counted from 1. */
  readonly epoch: number;
  /**
   * The step, counted from 1 over all epochs, in units of T time steps. It is fractional when block lengths vary, so that
   * the number of steps per epoch stays the same.
   */
  readonly step: number;
}

/** Chooses the learning rate of each step. */
export interface Schedule {
  /** The name that checkpoints record. */
  readonly name: string;
  /** Whether the rate depends on `validated`, so that training needs a validation text. */
  readonly needsValidation: boolean;
  /** The learning rate of a step. */
  rate(point: SchedulePoint): number;
  /** Receives the validation perplexity; called after each evaluation. */
  validated(perplexity: number): void;
  /** The state that `restore` needs. */
  save(): SavedNumbers;
  /**
   * Restores a state that `save` returned.
   * @throws {UnrolledError} `checkpoint-foreign` when another kind of schedule saved it
   */
  restore(state: SavedNumbers): void;
}

/** Throws for a value that is not a schedule, such as a number. */
export function checkSchedule(where: string, value: unknown): void {
  if (typeof Object(value).rate === 'function') return;
  throw wrongKind(where, 'schedule', value, 'a Schedule', 'Pass one, such as constant({ lr }).');
}

/** A schedule whose rate depends only on the epoch and step. */
export function statelessSchedule(name: string, rate: (point: SchedulePoint) => number): Schedule {
  return {
    name,
    needsValidation: false,
    rate,
    validated: () => {},
    save: () => ({}),
    restore: () => {},
  };
}

/** A schedule with its rates changed; its name, state and need of a validation text are those of the given one. */
export function withRate(schedule: Schedule, rate: Schedule['rate']): Schedule {
  return {
    name: schedule.name,
    needsValidation: schedule.needsValidation,
    rate,
    validated: (perplexity) => schedule.validated(perplexity),
    save: () => schedule.save(),
    restore: (state) => schedule.restore(state),
  };
}
