// Separate from library.ts, whose types need koffi: the exported types must also resolve in a project without the
// optional dependency.

/** The two BLAS products that we use; addresses are numbers. */
export interface Blas {
  readonly file: string;
  /** The largest product, as M·N·K, that sgemm computes without packing its operands; 0 if it packs all. */
  readonly unpacked: number;
  sgemm(
    order: number,
    transposeA: number,
    transposeB: number,
    M: number,
    N: number,
    K: number,
    alpha: number,
    a: number,
    lda: number,
    b: number,
    ldb: number,
    beta: number,
    c: number,
    ldc: number,
  ): void;
  sgemv(
    order: number,
    transpose: number,
    M: number,
    N: number,
    alpha: number,
    a: number,
    lda: number,
    x: number,
    stepX: number,
    beta: number,
    y: number,
    stepY: number,
  ): void;
  /** The address in this process of the first byte of a memory, or of an array's buffer. */
  addressOf(memory: { readonly buffer: ArrayBufferLike }): number;
}

export const ROW_MAJOR = 101;
export const NO_TRANSPOSE = 111;
export const TRANSPOSE = 112;
