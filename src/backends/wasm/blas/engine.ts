import type { Engine } from '../engine.ts';
import { type Blas, NO_TRANSPOSE, ROW_MAJOR, TRANSPOSE } from './blas.ts';

/**
 * Products with fewer multiplications use the kernels, which neither call native code nor pack their operands.
 */
const SMALL_PRODUCT = 16 * 64 * 64;

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
      const [flagA, flagB] = [transposeA ? TRANSPOSE : NO_TRANSPOSE, transposeB ? TRANSPOSE : NO_TRANSPOSE];
      blas.sgemm(ROW_MAJOR, flagA, flagB, M, N, K, 1, A, lda, B, ldb, accumulate, C, ldc);
    },
  };
}
