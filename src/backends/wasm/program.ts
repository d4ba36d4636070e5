import type { Engine } from './engine.ts';
import type { Team } from './threads/team.ts';

/**
 * What several threads compute together. All threads of a team run the same program on the same
 * arguments and each takes its share of the output, so that every number is computed by one thread
 * in one order, however many there are. A program ends with a barrier of its caller.
 *
 * Arguments are pointers (bytes), sizes (elements) and flags (0 or 1).
 */
export type Program = (engine: Engine, team: Team, ...numbers: number[]) => void;

/** Columns are dealt out in whole cache lines. */
export const COLUMN_GRAIN = 16;
