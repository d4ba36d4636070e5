import { wrongKind } from '../../kinds.ts';
import type { SavedNumbers } from '../state/saved-state.ts';

/** Where training stands when a step is about to be taken. */
export interface SchedulePoint {
  /** Counted from 1. */
  readonly epoch: number;
  /**
   * Counted from 1 over all epochs, in blocks of T: where blocks have other lengths, a fraction, so that an
   * epoch has as many as ever.
   */
  readonly step: number;
}

/** Chooses the learning rate of each step. */
export interface Schedule {
  readonly name: string;
  /** Whether the rate depends on `validated`, and so needs a text to measure. */
  readonly needsValidation: boolean;
  /** The learning rate of a step. */
  rate(point: SchedulePoint): number;
  /** Comes after each evaluation with the perplexity that it found. */
  validated(perplexity: number): void;
  /** What it remembers of the evaluations. */
  save(): SavedNumbers;
  /** Continues where `save` was called. Throws when this kind of schedule can't have written it. */
  restore(state: SavedNumbers): void;
}

/** Throws for what is no schedule, such as a rate alone. */
export function checkSchedule(where: string, value: unknown): void {
  if (typeof Object(value).rate === 'function') return;
  throw wrongKind(where, 'schedule', value, 'a Schedule', 'Give one, such as constant({ lr }).');
}

/** A schedule that depends on nothing but the moment. */
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
