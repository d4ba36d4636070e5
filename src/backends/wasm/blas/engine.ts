import type { Engine } from '../engine.ts';
import { type Blas, NO_TRANSPOSE, ROW_MAJOR, TRANSPOSE } from './blas.ts';

/**
 * Products with fewer multiplications use the kernels, which neither call native code nor pack their operands.
 */
const SMALL_PRODUCT = 16 * 64 * 64;

/** Up to this M, packing b takes about as long as the product. */
const FEW_ROWS = 32;
/** The N of a piece of a product of few rows: the fastest of 16 to 240. */
const PIECE_COLUMNS = 64;

/**
 * An engine that computes matrix products with a BLAS, on the same memory.
 *
 * The memory must be shared: a shared memory never moves when it grows, so that its address remains valid.
 */
export function blasEngine(wasm: Engine, blas: Blas, memory: WebAssembly.Memory): Engine {
  const base = blas.addressOf(memory);
  return {
    kernels: wasm.kernels,
    gemm(c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate) {
      if (M * N * K <= SMALL_PRODUCT && M > 1) {
        wasm.gemm(c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate);
        return;
      }
      const [A, B, C] = [base + a, base + b, base + c];
      if (M === 1 && !transposeA) {
        // y = x·op(B) is opᵀ(B)·x; sgemv is several times as fast as sgemm.
        const [rows, columns] = transposeB ? [N, K] : [K, N];
        const flag = transposeB ? NO_TRANSPOSE : TRANSPOSE;
        blas.sgemv(ROW_MAJOR, flag, rows, columns, 1, B, ldb, A, 1, accumulate, C, 1);
        return;
      }
      if (M <= FEW_ROWS && !transposeA && !transposeB && blas.unpacked > 0) {
        multiplyInPieces(blas, C, ldc, A, lda, B, ldb, M, N, K, accumulate);
        return;
      }
      const [flagA, flagB] = [transposeA ? TRANSPOSE : NO_TRANSPOSE, transposeB ? TRANSPOSE : NO_TRANSPOSE];
      blas.sgemm(ROW_MAJOR, flagA, flagB, M, N, K, 1, A, lda, B, ldb, accumulate, C, ldc);
    },
  };
}

/** c (M,N) = a (M,K) · b (K,N) (+ c), in pieces that the BLAS computes without packing. */
function multiplyInPieces(
  { sgemm, unpacked }: Blas,
  c: number,
  ldc: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  M: number,
  N: number,
  K: number,
  accumulate: number,
): void {
  const width = M * N * K <= unpacked ? N : PIECE_COLUMNS;
  const depth = Math.ceil(K / Math.ceil((M * width * K) / unpacked));
  for (let n = 0; n < N; n += width) {
    const columns = Math.min(width, N - n);
    for (let k = 0; k < K; k += depth) {
      const [fromA, fromB, to] = [a + 4 * k, b + 4 * (k * ldb + n), c + 4 * n];
      const sizes = [M, columns, Math.min(depth, K - k)] as const;
      const beta = k > 0 ? 1 : accumulate;
      sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, ...sizes, 1, fromA, lda, fromB, ldb, beta, to, ldc);
    }
  }
}
