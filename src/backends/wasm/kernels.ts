/** The exports of `kernels/index.ts`: pointers are byte offsets into the imported memory. */
export interface Kernels {
  gemmScratchBytes(): number;
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
    scratch: number,
  ): void;
  transpose(out: number, a: number, M: number, N: number): void;
  broadcastRows(out: number, b: number, M: number, N: number): void;
  sumRows(out: number, x: number, M: number, N: number, stride: number): void;
  tanhForward(x: number, rows: number, columns: number, stride: number): void;
  tanhBackward(
    dt: number,
    h: number,
    dh: number,
    dhNext: number,
    rows: number,
    columns: number,
    stride: number,
  ): void;
  gatherRows(out: number, W: number, ids: number, M: number, V: number, D: number): number;
  scatterAddRows(dW: number, ids: number, dout: number, M: number, V: number, D: number): number;
  softmaxWithLoss(
    dxs: number,
    losses: number,
    xs: number,
    ts: number,
    M: number,
    V: number,
    ignored: number,
    share: number,
  ): void;
  findBadTarget(ts: number, M: number, V: number, ignored: number): number;
  countTargets(ts: number, M: number, ignored: number): number;
  sumLosses(total: number, losses: number, M: number, counted: number): void;
  addSumOfSquares(total: number, x: number, size: number): void;
  scale(x: number, a: number, size: number): void;
  addScaled(y: number, a: number, x: number, size: number): void;
  fill(out: number, value: number, size: number): void;
  copy(out: number, x: number, bytes: number): void;
}
