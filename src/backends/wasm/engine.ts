import type { Kernels } from './kernels.ts';

/** What one thread computes with: the kernels, and the matrix product of its backend. */
export interface Engine {
  readonly kernels: Kernels;
  /**
   * c (M,N) = op(a) (M,K) · op(b) (K,N) (+ c), over pointers; rows begin ldc, lda and ldb numbers
   * apart; flags are 0 or 1.
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

/** @param scratch where this thread packs panels: `kernels.gemmScratchBytes()` bytes of its own */
export function wasmEngine(kernels: Kernels, scratch: number): Engine {
  return {
    kernels,
    gemm: (c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate) =>
      kernels.gemm(c, ldc, a, lda, b, ldb, M, N, K, transposeA, transposeB, accumulate, scratch),
  };
}
