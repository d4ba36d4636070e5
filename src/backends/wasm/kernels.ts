/** The arguments of a kernel for a `Mask`. */
export type MaskNumbers = [key0: number, key1: number, threshold: number, scale: number];

/** The arguments of a kernel for zoneout: a mask, or, with a threshold of 0, the rate of the expectation. */
export type ZoneoutNumbers = [key0: number, key1: number, threshold: number, rate: number];

/** The size of a thread's part of a state, and the row length of the state. */
export type BlockSizes = [rows: number, columns: number, H: number];

type ActivationBackward = (dt: number, h: number, dh: number, dhNext: number, ...sizes: BlockSizes) => void;

/** `above` is the gradient w.r.t. the step's output: dhs, or dcandidateInput. */
type StateBackward = (
  dgates: number,
  dh: number,
  above: number,
  gates: number,
  hBefore: number,
  ...sizes: BlockSizes
) => void;

type MemoryCellForward = (gates: number, h: number, c: number, cBefore: number, ...sizes: BlockSizes) => void;

type MemoryCellBackward = (
  dgates: number,
  dc: number,
  dh: number,
  dhs: number,
  gates: number,
  c: number,
  cBefore: number,
  ...sizes: BlockSizes
) => void;

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
  mirror(c: number, M: number): void;
  broadcastRows(out: number, b: number, M: number, N: number): void;
  addToRows(x: number, b: number, M: number, N: number): void;
  sumRows(
    out: number,
    x: number,
    M: number,
    N: number,
    stride: number,
    parts: number,
    accumulate: number,
  ): void;
  tanhForward(x: number, rows: number, columns: number, stride: number): void;
  tanhBackward: ActivationBackward;
  reluForward(x: number, rows: number, columns: number, stride: number): void;
  reluBackward: ActivationBackward;
  lstmForward: MemoryCellForward;
  lstmBackward: MemoryCellBackward;
  cifgForward: MemoryCellForward;
  cifgBackward: MemoryCellBackward;
  modulateForward(scale: number, out: number, x: number, size: number): void;
  modulateBackward(da: number, d: number, scale: number, x: number, size: number): void;
  gruForward(gates: number, candidateInput: number, h: number, hBefore: number, ...sizes: BlockSizes): void;
  gruResetForward(gates: number, candidateInput: number, hBefore: number, ...sizes: BlockSizes): void;
  gruUpdateForward(gates: number, h: number, hBefore: number, ...sizes: BlockSizes): void;
  gruBackward(
    dgates: number,
    dcandidateInput: number,
    dh: number,
    dhs: number,
    gates: number,
    candidateInput: number,
    hBefore: number,
    ...sizes: BlockSizes
  ): void;
  gruUpdateBackward: StateBackward;
  gruResetBackward: StateBackward;
  minGruForward(gates: number, h: number, hBefore: number, ...sizes: BlockSizes): void;
  minLstmForward(gates: number, h: number, hBefore: number, ...sizes: BlockSizes): void;
  minGruBackward: StateBackward;
  minLstmBackward: StateBackward;
  resetRows(out: number, x: number, resets: number, ...sizes: BlockSizes): void;
  gatherRows(out: number, W: number, ids: number, M: number, V: number, D: number): number;
  scatterAddRows(dW: number, ids: number, dout: number, M: number, V: number, D: number): number;
  scatterRows(table: number, ids: number, x: number, M: number, V: number, D: number): number;
  softmaxWithLoss(
    dxs: number,
    sum: number,
    losses: number,
    xs: number,
    b: number,
    ts: number,
    M: number,
    V: number,
    ignored: number,
    share: number,
  ): void;
  softmax(out: number, xs: number, a: number, M: number, V: number): void;
  drawRows(ids: number, xs: number, draws: number, M: number, V: number): void;
  rankRows(
    ranks: number,
    top: number,
    xs: number,
    ts: number,
    M: number,
    V: number,
    K: number,
    ignored: number,
  ): void;
  countTargets(total: number, ts: number, M: number, V: number, ignored: number): number;
  addLosses(total: number, losses: number, M: number): void;
  uniqueIds(out: number, ids: number, marks: number, M: number): void;
  scaleRows(x: number, a: number, ids: number, M: number, D: number): void;
  addScaledRows(y: number, a: number, x: number, ids: number, M: number, D: number): void;
  addSumOfSquaresOfRows(total: number, x: number, ids: number, M: number, D: number): void;
  dropout(
    out: number,
    x: number,
    rows: number,
    columns: number,
    stride: number,
    first: number,
    ...mask: MaskNumbers
  ): void;
  dropoutRows(out: number, x: number, ids: number, M: number, D: number, ...mask: MaskNumbers): void;
  zoneoutForward(
    s: number,
    candidate: number,
    before: number,
    rows: number,
    columns: number,
    stride: number,
    first: number,
    ...share: ZoneoutNumbers
  ): void;
  zoneoutBackward(
    skip: number,
    d: number,
    above: number,
    rows: number,
    columns: number,
    stride: number,
    first: number,
    ...share: ZoneoutNumbers
  ): void;
  addBlock(x: number, y: number, rows: number, columns: number, stride: number): void;
  zeroRows(x: number, ids: number, M: number, D: number): void;
  addSumOfSquares(total: number, x: number, size: number): void;
  sumOfSquares(x: number, size: number): number;
  combine(out: number, a: number, x: number, b: number, y: number, size: number): void;
  scale(x: number, a: number, size: number): void;
  addScaled(y: number, a: number, x: number, size: number): void;
  addFloat64(x: number, terms: number, size: number): void;
  lerp(y: number, a: number, x: number, size: number): void;
  swap(x: number, y: number, size: number): void;
  momentumStep(W: number, v: number, dW: number, size: number, ...numbers: number[]): void;
  squaresStep(W: number, s: number, dW: number, size: number, ...numbers: number[]): void;
  adaptStep(W: number, W0: number, s: number, dW: number, size: number, ...numbers: number[]): void;
  adamStep(W: number, m: number, v: number, dW: number, size: number, ...numbers: number[]): void;
  fill(out: number, value: number, size: number): void;
  copy(out: number, x: number, bytes: number): void;
}
