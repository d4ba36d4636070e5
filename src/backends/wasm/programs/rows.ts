import { COLUMN_GRAIN, defineProgram, type Program } from '../program.ts';

// Programs that process a matrix of M rows, row by row.

/**
 * The minimum size of a piece of a softmax, in numbers. Products are not split into pieces: each would pack its operands
 * again.
 */
const ROWS_PIECE = 32_768;

const lossFields = {
  dxs: 'pointer?',
  sums: 'pointer?',
  losses: 'pointer',
  xs: 'pointer',
  b: 'pointer?',
  ts: 'pointer',
  M: 'size',
  V: 'size',
  groups: 'size',
  ignored: 'number',
  share: 'number',
} as const;

/** The M rows are distributed in groups; the sum of each group is a row of sums (groups,V). */
export const softmaxWithLoss: Program<typeof lossFields> = defineProgram(lossFields, (engine, team, args) => {
  const { dxs, sums, losses, xs, b, ts, M, V, groups, ignored, share } = args;
  for (const [firstGroup, endGroup] of team.pieces(groups, (ROWS_PIECE * groups) / (M * V))) {
    for (let group = firstGroup; group < endGroup; group++) {
      const [first, end] = [Math.ceil((group * M) / groups), Math.ceil(((group + 1) * M) / groups)];
      const at = 4 * first * V;
      const [dx, sum] = [dxs === null ? 0 : dxs + at, sums === null ? 0 : sums + 4 * group * V];
      const [loss, t] = [losses + 4 * first, ts + 4 * first];
      engine.kernels.softmaxWithLoss(dx, sum, loss, xs + at, b ?? 0, t, end - first, V, ignored, share);
    }
  }
});

const softmaxFields = { out: 'pointer', xs: 'pointer', a: 'number', M: 'size', V: 'size' } as const;

export const softmax: Program<typeof softmaxFields> = defineProgram(softmaxFields, (engine, team, args) => {
  const { out, xs, a, M, V } = args;
  for (const [first, end] of team.pieces(M, ROWS_PIECE / V)) {
    const at = 4 * first * V;
    engine.kernels.softmax(out + at, xs + at, a, end - first, V);
  }
});

const rankFields = {
  ranks: 'pointer',
  top: 'pointer?',
  xs: 'pointer',
  ts: 'pointer',
  M: 'size',
  V: 'size',
  K: 'size',
  ignored: 'number',
} as const;

export const rankRows: Program<typeof rankFields> = defineProgram(rankFields, (engine, team, args) => {
  const { ranks, top, xs, ts, M, V, K, ignored } = args;
  for (const [first, end] of team.pieces(M, ROWS_PIECE / V)) {
    const [rank, highest] = [ranks + 4 * first, top === null ? 0 : top + 4 * first * K];
    engine.kernels.rankRows(rank, highest, xs + 4 * first * V, ts + 4 * first, end - first, V, K, ignored);
  }
});

const drawFields = { ids: 'pointer', xs: 'pointer', draws: 'pointer', M: 'size', V: 'size' } as const;

export const drawRows: Program<typeof drawFields> = defineProgram(drawFields, (engine, team, args) => {
  const { ids, xs, draws, M, V } = args;
  for (const [first, end] of team.pieces(M, ROWS_PIECE / V)) {
    engine.kernels.drawRows(ids + 4 * first, xs + 4 * first * V, draws + 12 * first, end - first, V);
  }
});

const broadcastFields = { out: 'pointer', b: 'pointer', M: 'size', N: 'size' } as const;

export const broadcastRows: Program<typeof broadcastFields> = defineProgram(
  broadcastFields,
  (engine, team, args) => {
    const { out, b, M, N } = args;
    for (const [first, end] of team.shares(M)) {
      engine.kernels.broadcastRows(out + 4 * first * N, b, end - first, N);
    }
  },
);

const addFields = { x: 'pointer', b: 'pointer', M: 'size', N: 'size' } as const;

export const addToRows: Program<typeof addFields> = defineProgram(addFields, (engine, team, args) => {
  const { x, b, M, N } = args;
  for (const [first, end] of team.shares(M)) {
    engine.kernels.addToRows(x + 4 * first * N, b, end - first, N);
  }
});

const sumFields = {
  out: 'pointer',
  x: 'pointer',
  M: 'size',
  N: 'size',
  parts: 'size',
  accumulate: 'flag',
} as const;

export const sumRows: Program<typeof sumFields> = defineProgram(sumFields, (engine, team, args) => {
  const { out, x, M, N, parts, accumulate } = args;
  for (const [first, end] of team.shares(N, COLUMN_GRAIN)) {
    const [to, from] = [out + 4 * first, x + 4 * first];
    engine.kernels.sumRows(to, from, M, end - first, N, parts, Number(accumulate));
  }
});
