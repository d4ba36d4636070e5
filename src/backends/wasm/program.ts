import { type Arguments, type Codec, codecOf, type Fields } from './codec.ts';
import type { Engine } from './engine.ts';
import type { Team } from './threads/team.ts';

/**
 * A parallel computation. All threads of a team run the same program with the same arguments; each computes its part of
 * the output. Every number is computed by one thread in a fixed order, independent of the number of threads. The caller
 * adds a barrier at the end.
 */
export interface Program<F extends Fields = Fields> {
  /** Serialises the arguments for the other threads. */
  readonly codec: Codec<Arguments<F>>;
  run(engine: Engine, team: Team, args: Arguments<F>): void;
}

/** Defines a program. Add it to `programs/list.ts`: threads refer to it by its index there. */
export function defineProgram<F extends Fields>(fields: F, run: Program<F>['run']): Program<F> {
  return { codec: codecOf(fields), run };
}

/** Columns are distributed in whole cache lines. */
export const COLUMN_GRAIN = 16;
/** Rows are distributed in whole tiles of gemm. */
export const ROW_GRAIN = 6;
