import { type Arguments, type Codec, codecOf, type Fields } from './codec.ts';
import type { Engine } from './engine.ts';
import type { Team } from './threads/team.ts';

/**
 * A parallel computation. All threads of a team run the same program on the same arguments, and each computes
 * its part of the output, so that every number is computed by one thread in one order, whatever the number of
 * threads. The caller adds a barrier at the end.
 */
export interface Program<F extends Fields = Fields> {
  /** How the arguments reach the other threads. */
  readonly codec: Codec<Arguments<F>>;
  run(engine: Engine, team: Team, args: Arguments<F>): void;
}

/** Each program stands in the list of `programs/list.ts`, by whose index threads name it. */
export function defineProgram<F extends Fields>(fields: F, run: Program<F>['run']): Program<F> {
  return { codec: codecOf(fields), run };
}

/** Columns are dealt out in whole cache lines. */
export const COLUMN_GRAIN = 16;
