import { COLUMN_GRAIN, type Program } from './program.ts';
import { gruBackward, gruForward } from './recurrent/gru.ts';
import { lstmBackward, lstmForward } from './recurrent/lstm.ts';
import { rnnBackward, rnnForward } from './recurrent/rnn.ts';
import { scanBackward, scanForward } from './recurrent/scan.ts';

/** Rows are dealt out in whole tiles of gemm. */
const ROW_GRAIN = 6;

/** So many numbers of a softmax are worth to be a piece. Products are not dealt out so: each piece would pack anew. */
const ROWS_PIECE = 32_768;

/** The arguments of `Engine.gemm`. */
const gemm: Program = (engine, team, c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate) => {
  const flags = [transposeA, transposeB, accumulate] as const;
  if (N >= M) {
    for (const [first, end] of team.shares(N, COLUMN_GRAIN)) {
      const bFirst = b + 4 * first * (transposeB ? ldb : 1);
      engine.gemm(c + 4 * first, ldc, a, lda, bFirst, ldb, M, end - first, K, ...flags);
    }
  } else {
    for (const [first, end] of team.shares(M, ROW_GRAIN)) {
      const [cFirst, aFirst] = [c + 4 * first * ldc, a + 4 * first * (transposeA ? 1 : lda)];
      engine.gemm(cFirst, ldc, aFirst, lda, b, ldb, end - first, N, K, ...flags);
    }
  }
};

/** The M rows are dealt out in G groups, each of which has its sum (V) in sums (G,V). */
const softmaxWithLoss: Program = (engine, team, dxs, sums, losses, xs, b, ts, M, V, G, ignored, share) => {
  for (const [firstGroup, endGroup] of team.pieces(G, (ROWS_PIECE * G) / (M * V))) {
    for (let group = firstGroup; group < endGroup; group++) {
      const [first, end] = [Math.ceil((group * M) / G), Math.ceil(((group + 1) * M) / G)];
      const at = 4 * first * V;
      const [dx, sum] = [dxs ? dxs + at : 0, sums ? sums + 4 * group * V : 0];
      const [loss, t] = [losses + 4 * first, ts + 4 * first];
      engine.kernels.softmaxWithLoss(dx, sum, loss, xs + at, b, t, end - first, V, ignored, share);
    }
  }
};

const softmax: Program = (engine, team, out, xs, a, M, V) => {
  for (const [first, end] of team.pieces(M, ROWS_PIECE / V)) {
    const at = 4 * first * V;
    engine.kernels.softmax(out + at, xs + at, a, end - first, V);
  }
};

const rankRows: Program = (engine, team, ranks, top, xs, ts, M, V, K, ignored) => {
  for (const [first, end] of team.pieces(M, ROWS_PIECE / V)) {
    const [rank, highest] = [ranks + 4 * first, top + 4 * first * K];
    engine.kernels.rankRows(rank, highest, xs + 4 * first * V, ts + 4 * first, end - first, V, K, ignored);
  }
};

const drawRows: Program = (engine, team, ids, xs, draws, M, V) => {
  for (const [first, end] of team.pieces(M, ROWS_PIECE / V)) {
    engine.kernels.drawRows(ids + 4 * first, xs + 4 * first * V, draws + 12 * first, end - first, V);
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

/** Its arguments are `arrays` pointers to as many numbers each, how many, and what all threads share. */
function optimizerStep(kernel: 'momentumStep' | 'squaresStep' | 'adamStep', arrays: number): Program {
  return (engine, team, ...numbers) => {
    const [pointers, size, shared] = [numbers.slice(0, arrays), numbers[arrays], numbers.slice(arrays + 1)];
    const step: (...numbers: number[]) => void = engine.kernels[kernel];
    for (const [first, end] of team.shares(size, COLUMN_GRAIN)) {
      step(...pointers.map((pointer) => pointer + 4 * first), end - first, ...shared);
    }
  };
}

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
  | 'lstmForward'
  | 'lstmBackward'
  | 'gruForward'
  | 'gruBackward'
  | 'scanForward'
  | 'scanBackward'
  | 'softmaxWithLoss'
  | 'softmax'
  | 'rankRows'
  | 'drawRows'
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
  lstmForward,
  lstmBackward,
  gruForward,
  gruBackward,
  scanForward,
  scanBackward,
  softmaxWithLoss,
  softmax,
  rankRows,
  drawRows,
  broadcastRows,
  addToRows,
  sumRows,
  fill,
  scale,
  addScaled,
  lerp,
  momentumStep: optimizerStep('momentumStep', 3),
  squaresStep: optimizerStep('squaresStep', 3),
  adamStep: optimizerStep('adamStep', 4),
  dropout,
};

/** Threads name a program by its place in this list. */
export const programList: readonly Program[] = Object.values(programs);
