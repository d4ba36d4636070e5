import type { Kernels } from './kernels.ts';

/** The computation functions of one thread: the kernels, and the matrix product of its backend. */
export interface Engine {
  readonly kernels: Kernels;
  /**
   * c (M,N) = op(a) (M,K) · op(b) (K,N) (+ c), over pointers. ldc, lda and ldb are the row
   * strides in numbers; flags are 0 or 1.
   */
  gemm(
    c: number,
    ldc: number,
    a: number,
    lda: number,
    b: number,
    ldb: number,
    M: number,
    N: number,
    K: number,
    transposeA: number,
    transposeB: number,
    accumulate: number,
  ): void;
}

/** @param scratch the address of this thread's own packing buffer, of `kernels.gemmScratchBytes()` bytes */
export function wasmEngine(kernels: Kernels, scratch: number): Engine {
  return {
    kernels,
    gemm: (c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate) =>
      kernels.gemm(c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate, scratch),
  };
}
