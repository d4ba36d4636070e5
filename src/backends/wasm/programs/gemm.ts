import { COLUMN_GRAIN, defineProgram, type Program, ROW_GRAIN } from '../program.ts';

/** The arguments of `Engine.gemm`. */
const fields = {
  c: 'pointer',
  ldc: 'size',
  a: 'pointer',
  lda: 'size',
  b: 'pointer',
  ldb: 'size',
  M: 'size',
  N: 'size',
  K: 'size',
  transposeA: 'flag',
  transposeB: 'flag',
  accumulate: 'flag',
} as const;

export const gemm: Program<typeof fields> = defineProgram(fields, (engine, team, args) => {
  const { c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate } = args;
  const flags = [Number(transposeA), Number(transposeB), Number(accumulate)] as const;
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
});
