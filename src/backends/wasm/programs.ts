import type { Share, Team } from '../threads/team.ts';
import type { Engine } from './engine.ts';

/**
 * What several threads compute together. All threads of a team run the same program on the same
 * arguments and each takes its share of the output, so that every number is computed by one thread
 * in one order, however many there are. A program ends with a barrier of its caller.
 *
 * Arguments are pointers (bytes), sizes (elements) and flags (0 or 1).
 */
export type Program = (engine: Engine, team: Team, ...numbers: number[]) => void;

/** Columns are dealt out in whole cache lines, rows in whole tiles of gemm. */
const COLUMN_GRAIN = 16;
const ROW_GRAIN = 6;

const gemm: Program = (engine, team, c, a, b, M, N, K, transposeA, transposeB, accumulate) => {
  const [lda, ldb] = [transposeA ? M : K, transposeB ? K : N];
  if (N >= M) {
    for (const [first, end] of team.shares(N, COLUMN_GRAIN)) {
      const bFirst = b + 4 * first * (transposeB ? K : 1);
      engine.gemm(
        c + 4 * first,
        N,
        a,
        lda,
        bFirst,
        ldb,
        M,
        end - first,
        K,
        transposeA,
        transposeB,
        accumulate,
      );
    }
  } else {
    for (const [first, end] of team.shares(M, ROW_GRAIN)) {
      const [cFirst, aFirst] = [c + 4 * first * N, a + 4 * first * (transposeA ? 1 : K)];
      engine.gemm(cFirst, N, aFirst, lda, b, ldb, end - first, N, K, transposeA, transposeB, accumulate);
    }
  }
};

/**
 * Where each stream's state is a row, threads can take streams, which never meet, or columns of the
 * state, with a barrier a step. Streams are best while Wh fits every cache; a wide state makes
 * each thread's product too flat for that.
 */
const WIDE_STATE = 256;

function stateShares(team: Team, N: number, H: number): { wide: boolean; rows: Share[]; columns: Share[] } {
  const wide = H >= WIDE_STATE;
  return wide
    ? { wide, rows: [[0, N]], columns: team.shares(H, COLUMN_GRAIN) }
    : { wide, rows: team.shares(N), columns: [[0, H]] };
}

/** hs (T,N,H) holds x·Wx + b and becomes h_t = tanh(hs_t + h_{t−1}·Wh), from hStart (N,H). */
const rnnForward: Program = (engine, team, hs, hStart, Wh, N, T, H) => {
  const { wide, rows, columns } = stateShares(team, N, H);
  for (const [row, endRow] of rows) {
    for (let t = 0; t < T; t++) {
      const before = (t === 0 ? hStart : hs + 4 * (t - 1) * N * H) + 4 * row * H;
      for (const [column, endColumn] of columns) {
        const h = hs + 4 * ((t * N + row) * H + column);
        const [M, width] = [endRow - row, endColumn - column];
        engine.gemm(h, H, before, H, Wh + 4 * column, H, M, width, H, 0, 0, 1);
        engine.kernels.tanhForward(h, M, width, H);
      }
      if (wide) team.barrier();
    }
  }
};

/** dts_t = (dhs_t + dh) ⊙ (1 − h_t²); dh = dts_t·Whᵀ, from the last step to the first. */
const rnnBackward: Program = (engine, team, dts, dh, dhs, hs, WhT, N, T, H) => {
  const { wide, rows, columns } = stateShares(team, N, H);
  for (const [row, endRow] of rows) {
    const M = endRow - row;
    for (let t = T - 1; t >= 0; t--) {
      const rowAt = 4 * (t * N + row) * H;
      for (const [column, endColumn] of columns) {
        const at = rowAt + 4 * column;
        const next = t === T - 1 ? 0 : dh + 4 * (row * H + column);
        engine.kernels.tanhBackward(dts + at, hs + at, dhs + at, next, M, endColumn - column, H);
      }
      if (wide) team.barrier();
      for (const [column, endColumn] of columns) {
        const out = dh + 4 * (row * H + column);
        engine.gemm(out, H, dts + rowAt, H, WhT + 4 * column, H, M, endColumn - column, H, 0, 0, 0);
      }
      if (wide) team.barrier();
    }
  }
};

/** The M rows are dealt out in G groups, each of which has its sum (V) in sums (G,V). */
const softmaxWithLoss: Program = (engine, team, dxs, sums, losses, xs, b, ts, M, V, G, ignored, share) => {
  for (const [firstGroup, endGroup] of team.shares(G)) {
    for (let group = firstGroup; group < endGroup; group++) {
      const [first, end] = [Math.ceil((group * M) / G), Math.ceil(((group + 1) * M) / G)];
      const at = 4 * first * V;
      const [dx, sum] = [dxs ? dxs + at : 0, sums ? sums + 4 * group * V : 0];
      const [loss, t] = [losses + 4 * first, ts + 4 * first];
      engine.kernels.softmaxWithLoss(dx, sum, loss, xs + at, b, t, end - first, V, ignored, share);
    }
  }
};

const broadcastRows: Program = (engine, team, out, b, M, N) => {
  for (const [first, end] of team.shares(M)) {
    engine.kernels.broadcastRows(out + 4 * first * N, b, end - first, N);
  }
};

const addToRows: Program = (engine, team, x, b, M, N) => {
  for (const [first, end] of team.shares(M)) {
    engine.kernels.addToRows(x + 4 * first * N, b, end - first, N);
  }
};

const sumRows: Program = (engine, team, out, x, M, N, parts, accumulate) => {
  for (const [first, end] of team.shares(N, COLUMN_GRAIN)) {
    engine.kernels.sumRows(out + 4 * first, x + 4 * first, M, end - first, N, parts, accumulate);
  }
};

const fill: Program = (engine, team, out, value, size) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    engine.kernels.fill(out + 4 * first, value, end - first);
  }
};

const scale: Program = (engine, team, x, a, size) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    engine.kernels.scale(x + 4 * first, a, end - first);
  }
};

const addScaled: Program = (engine, team, y, a, x, size) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    engine.kernels.addScaled(y + 4 * first, a, x + 4 * first, end - first);
  }
};

const lerp: Program = (engine, team, y, a, x, size) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    engine.kernels.lerp(y + 4 * first, a, x + 4 * first, end - first);
  }
};

const momentumStep: Program = (engine, team, W, v, dW, size, ...numbers) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    const at = 4 * first;
    engine.kernels.momentumStep(W + at, v + at, dW + at, end - first, ...numbers);
  }
};

const squaresStep: Program = (engine, team, W, s, dW, size, ...numbers) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    const at = 4 * first;
    engine.kernels.squaresStep(W + at, s + at, dW + at, end - first, ...numbers);
  }
};

const adamStep: Program = (engine, team, W, m, v, dW, size, ...numbers) => {
  for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
    const at = 4 * first;
    engine.kernels.adamStep(W + at, m + at, v + at, dW + at, end - first, ...numbers);
  }
};

/** x (M,P) and out; each row has the same mask (P). */
const dropout: Program = (engine, team, out, x, M, P, key0, key1, threshold, scale) => {
  for (const [first, end] of team.shares(P, COLUMN_GRAIN)) {
    const [to, from] = [out + 4 * first, x + 4 * first];
    engine.kernels.dropout(to, from, M, end - first, P, first, key0, key1, threshold, scale);
  }
};

export type ProgramName =
  | 'gemm'
  | 'rnnForward'
  | 'rnnBackward'
  | 'softmaxWithLoss'
  | 'broadcastRows'
  | 'addToRows'
  | 'sumRows'
  | 'fill'
  | 'scale'
  | 'addScaled'
  | 'lerp'
  | 'momentumStep'
  | 'squaresStep'
  | 'adamStep'
  | 'dropout';

export const programs: Readonly<Record<ProgramName, Program>> = {
  gemm,
  rnnForward,
  rnnBackward,
  softmaxWithLoss,
  broadcastRows,
  addToRows,
  sumRows,
  fill,
  scale,
  addScaled,
  lerp,
  momentumStep,
  squaresStep,
  adamStep,
  dropout,
};

/** Threads name a program by its place in this list. */
export const programList: readonly Program[] = Object.values(programs);
