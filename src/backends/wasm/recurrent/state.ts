import { COLUMN_GRAIN } from '../program.ts';
import type { Share, Team } from '../threads/team.ts';
import type { StateResets } from './resets.ts';

// The memory layout of the sequences in a time loop is (T,N,H), that of the gates (T,N,G·H).

/**
 * The size of Wh (H,G·H), in numbers, from which a state counts as wide. Threads of a narrow state share the streams, which
 * are independent; this is fastest while Wh fits each cache. Threads of a wide state share its columns, with a barrier per
 * step, because a product of few streams with a large Wh is slow.
 */
const WIDE_WEIGHT = 256 * 256;

export interface StateShares {
  readonly wide: boolean;
  readonly rows: readonly Share[];
  readonly columns: readonly Share[];
}

/** A thread's part of a state (N,H) with G gates. */
export function stateShares(team: Team, N: number, H: number, G: number): StateShares {
  const wide = G * H * H >= WIDE_WEIGHT;
  return wide
    ? { wide, rows: [[0, N]], columns: team.shares(H, COLUMN_GRAIN) }
    : { wide, rows: team.shares(N), columns: [[0, H]] };
}

/** The address of the states before step t, from stream `row` on: in the sequence, at its start, or in the resets. */
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
