// One row times a matrix: what generation does. The matrix is read once, so that memory sets the pace:
// it is read in memory order, a few rows at once, which keeps several prefetch streams busy.
import { madd, read, sumLanes, write, zeros } from './simd';

const ROWS: i32 = 5;
/** The number of sums that stay in the first-level cache. */
const COLUMNS: i32 = 4096;

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

/** c (N) = a (K) · Bᵀ, B (N,K): a dot product for each row of B, in four running sums. */
export function rowTimesTransposed(c: usize, a: usize, b: usize, ldb: i32, N: i32, K: i32, accumulate: bool): void {
  let n = 0;
  for (; n + 4 <= N; n += 4) fourDots(c + 4 * n, a, b + 4 * <usize>n * ldb, 4 * ldb, K, accumulate);
  for (; n < N; n++) {
    const row = b + 4 * <usize>n * ldb;
    let sums = zeros();
    let k = 0;
    for (; k + 4 <= K; k += 4) sums = madd(v128.load(a + 4 * k), v128.load(row + 4 * k), sums);
    put(c + 4 * n, sums, rest(a, row, k, K), accumulate);
  }
}

function fourDots(c: usize, a: usize, b: usize, row: usize, K: i32, accumulate: bool): void {
  let s0 = zeros(), s1 = zeros(), s2 = zeros(), s3 = zeros();
  const b1 = b + row, b2 = b1 + row, b3 = b2 + row;
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const x = v128.load(a + 4 * k);
    s0 = madd(x, v128.load(b + 4 * k), s0);
    s1 = madd(x, v128.load(b1 + 4 * k), s1);
    s2 = madd(x, v128.load(b2 + 4 * k), s2);
    s3 = madd(x, v128.load(b3 + 4 * k), s3);
  }
  put(c, s0, rest(a, b, k, K), accumulate);
  put(c + 4, s1, rest(a, b1, k, K), accumulate);
  put(c + 8, s2, rest(a, b2, k, K), accumulate);
  put(c + 12, s3, rest(a, b3, k, K), accumulate);
}

/** The rest of a dot product, from k. */
// @ts-ignore: decorator
@inline
function rest(a: usize, b: usize, k: i32, K: i32): f32 {
  let sum: f32 = 0;
  for (; k < K; k++) sum += f32.load(a + 4 * k) * f32.load(b + 4 * k);
  return sum;
}

// @ts-ignore: decorator
@inline
function put(c: usize, sums: v128, rest: f32, accumulate: bool): void {
  const dot = sumLanes(sums) + rest;
  f32.store(c, accumulate ? f32.load(c) + dot : dot);
}
