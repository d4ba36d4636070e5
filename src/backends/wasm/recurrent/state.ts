import { COLUMN_GRAIN } from '../program.ts';
import type { Share, Team } from '../threads/team.ts';
import type { StateResets } from './resets.ts';

// In memory the sequences of a time loop are (T,N,H), its gates (T,N,G·H).

/**
 * Where each stream's state is a row, threads can take streams, which never meet, or columns of the
 * state, with a barrier a step. Streams are best while Wh fits every cache; a wide state makes
 * each thread's product too flat for that. This is the size of Wh (H,G·H), in numbers, above
 * which it counts as wide.
 */
const WIDE_WEIGHT = 256 * 256;

export interface StateShares {
  readonly wide: boolean;
  readonly rows: readonly Share[];
  readonly columns: readonly Share[];
}

/** What a thread takes of a state (N,H) with G gates. */
export function stateShares(team: Team, N: number, H: number, G: number): StateShares {
  const wide = G * H * H >= WIDE_WEIGHT;
  return wide
    ? { wide, rows: [[0, N]], columns: team.shares(H, COLUMN_GRAIN) }
    : { wide, rows: team.shares(N), columns: [[0, H]] };
}

/** Where the states before step t begin, from stream `row` on: in the sequence or at its start, or with resets apart. */
export function stateBefore(
  t: number,
  N: number,
  H: number,
  row: number,
  sequence: number,
  start: number,
  resets: StateResets | null,
): number {
  if (resets) return resets.before(t, row);
  return (t === 0 ? start : sequence + 4 * (t - 1) * N * H) + 4 * row * H;
}
