// One row times a matrix, the product of generation. The matrix is read once, so memory bandwidth is the limit: it is read
// in memory order, a few rows at a time, which keeps several prefetch streams busy.
import { madd, read, write } from './simd';

const ROWS: i32 = 5;
/** Longer stretches of rows come faster from memory than sums from the first-level cache: 4,096 was a quarter slower. */
const COLUMNS: i32 = 16_384;

/** c (N) = a (K) · B (K,N), optionally added to c; each sum runs over k = 0 … K − 1, as in gemm. */
export function rowTimesMatrix(c: usize, a: usize, b: usize, ldb: i32, N: i32, K: i32, accumulate: bool): void {
  if (!accumulate) memory.fill(c, 0, 4 * N);
  for (let n = 0; n < N; n += COLUMNS) {
    const width = min(COLUMNS, N - n);
    let k = 0;
    for (; k + ROWS <= K; k += ROWS) addRows(c + 4 * n, a + 4 * k, b + 4 * (<usize>k * ldb + n), 4 * ldb, width);
    for (; k < K; k++) addRow(c + 4 * n, a + 4 * k, b + 4 * (<usize>k * ldb + n), width);
  }
}

/** c (N) += a (5) · B (5,N) */
function addRows(c: usize, a: usize, b: usize, row: usize, N: i32): void {
  const a0 = v128.load32_splat(a), a1 = v128.load32_splat(a, 4), a2 = v128.load32_splat(a, 8);
  const a3 = v128.load32_splat(a, 12), a4 = v128.load32_splat(a, 16);
  let n = 0;
  for (; n + 4 <= N; n += 4) addRowsAt(true, c + 4 * n, b + 4 * n, row, a0, a1, a2, a3, a4);
  for (; n < N; n++) addRowsAt(false, c + 4 * n, b + 4 * n, row, a0, a1, a2, a3, a4);
}

// @ts-ignore: decorator
@inline
function addRowsAt(
  four: bool, c: usize, b: usize, row: usize, a0: v128, a1: v128, a2: v128, a3: v128, a4: v128,
): void {
  let sum = read(four, c);
  sum = madd(a0, read(four, b), sum);
  sum = madd(a1, read(four, b + row), sum);
  sum = madd(a2, read(four, b + 2 * row), sum);
  sum = madd(a3, read(four, b + 3 * row), sum);
  sum = madd(a4, read(four, b + 4 * row), sum);
  write(four, c, sum);
}

/** c (N) += a · B (1,N) */
function addRow(c: usize, a: usize, b: usize, N: i32): void {
  const a0 = v128.load32_splat(a);
  let n = 0;
  for (; n + 4 <= N; n += 4) write(true, c + 4 * n, madd(a0, read(true, b + 4 * n), read(true, c + 4 * n)));
  for (; n < N; n++) write(false, c + 4 * n, madd(a0, read(false, b + 4 * n), read(false, c + 4 * n)));
}

/** c (N) = a (K) · Bᵀ, B (N,K), optionally added to c; each sum runs over k = 0 … K − 1, as in gemm. */
export function rowTimesTransposed(c: usize, a: usize, b: usize, ldb: i32, N: i32, K: i32, accumulate: bool): void {
  if (!accumulate) memory.fill(c, 0, 4 * N);
  const row = 4 * <usize>ldb;
  let n = 0;
  for (; n + 16 <= N; n += 16) addSixteenDots(c + 4 * n, a, b + <usize>n * row, row, K);
  for (; n + 4 <= N; n += 4) addFourDots(c + 4 * n, a, b + <usize>n * row, row, K);
  for (; n < N; n++) addDot(c + 4 * n, a, b + <usize>n * row, K);
}

// Blocks of four rows of B and four steps of k are transposed in registers, so that a lane is the running sum of a row.
// Sixteen rows hide the latency of the additions. The sums are stored to c after every four steps: if they are kept in
// registers, V8 loads all sixteen rows first, and spills them.

/** c (16) += a (K) · Bᵀ, B (16,K) */
function addSixteenDots(c: usize, a: usize, b: usize, row: usize, K: i32): void {
  const b1 = b + 4 * row, b2 = b1 + 4 * row, b3 = b2 + 4 * row;
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const at = 4 * k;
    const x0 = v128.load32_splat(a + at), x1 = v128.load32_splat(a + at, 4);
    const x2 = v128.load32_splat(a + at, 8), x3 = v128.load32_splat(a + at, 12);
    addFourSteps(c, x0, x1, x2, x3, b + at, row);
    addFourSteps(c + 16, x0, x1, x2, x3, b1 + at, row);
    addFourSteps(c + 32, x0, x1, x2, x3, b2 + at, row);
    addFourSteps(c + 48, x0, x1, x2, x3, b3 + at, row);
  }
  for (; k < K; k++) {
    const at = 4 * k;
    const x = v128.load32_splat(a + at);
    addStep(c, x, b + at, row);
    addStep(c + 16, x, b1 + at, row);
    addStep(c + 32, x, b2 + at, row);
    addStep(c + 48, x, b3 + at, row);
  }
}

/** c (4) += a (K) · Bᵀ, B (4,K) */
function addFourDots(c: usize, a: usize, b: usize, row: usize, K: i32): void {
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const at = 4 * k;
    const x0 = v128.load32_splat(a + at), x1 = v128.load32_splat(a + at, 4);
    const x2 = v128.load32_splat(a + at, 8), x3 = v128.load32_splat(a + at, 12);
    addFourSteps(c, x0, x1, x2, x3, b + at, row);
  }
  for (; k < K; k++) addStep(c, v128.load32_splat(a + 4 * k), b + 4 * k, row);
}

/** c (1) += a (K) · Bᵀ, B (1,K) */
function addDot(c: usize, a: usize, b: usize, K: i32): void {
  let sum = read(false, c);
  for (let k = 0; k < K; k++) sum = madd(read(false, a + 4 * k), read(false, b + 4 * k), sum);
  write(false, c, sum);
}

/** c (4) += x (4) · Bᵀ, B (4,4) */
// @ts-ignore: decorator
@inline
function addFourSteps(c: usize, x0: v128, x1: v128, x2: v128, x3: v128, b: usize, row: usize): void {
  const at1 = b + row, at2 = at1 + row, at3 = at2 + row;
  const r0 = v128.load(b), r1 = v128.load(at1), r2 = v128.load(at2), r3 = v128.load(at3);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  let sum = madd(x0, v128.shuffle<f64>(low01, low23, 0, 2), v128.load(c));
  sum = madd(x1, v128.shuffle<f64>(low01, low23, 1, 3), sum);
  sum = madd(x2, v128.shuffle<f64>(high01, high23, 0, 2), sum);
  v128.store(c, madd(x3, v128.shuffle<f64>(high01, high23, 1, 3), sum));
}

/** c (4) += x · Bᵀ, B (4,1) */
// @ts-ignore: decorator
@inline
function addStep(c: usize, x: v128, b: usize, row: usize): void {
  let column = v128.load32_zero(b);
  column = v128.load32_lane(b + row, column, 1);
  column = v128.load32_lane(b + 2 * row, column, 2);
  column = v128.load32_lane(b + 3 * row, column, 3);
  v128.store(c, madd(x, column, v128.load(c)));
}
