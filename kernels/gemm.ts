// C (M,N) = op(A) (M,K) · op(B) (K,N), optionally added to C.
//
// Each element of C is one running sum over k = 0 … K − 1, independent of the tiling, so that a product that is split by
// rows or columns gives the same bits as an unsplit one.
//
// A tile of up to 6×8 elements of C is kept in registers. op(A) is packed so that the tile reads its rows at fixed offsets,
// which removes a third of the instructions from the loop; op(B) is read with a stride, so that small products need not
// pack it.
import { rowTimesMatrix, rowTimesTransposed } from './gemv';
import { madd, zeros } from './simd';

const TILE_ROWS: i32 = 6;
const TILE_COLUMNS: i32 = 8;
/** A block of op(A) (MC,KC) fits the second-level cache, a panel of op(B) (KC,8) the first-level cache. */
const MC: i32 = 96;
const KC: i32 = 256;
/** A block of op(B) (KC,NC) fits the third-level cache. */
const NC: i32 = 2048;

/** The scratch that gemm needs, in bytes: an edge tile, a packed block of A and one of B. */
export function gemmScratchBytes(): i32 {
  return 4 * (TILE_ROWS * TILE_COLUMNS + MC * KC + NC * KC);
}

export function gemm(
  c: usize, ldc: i32, a: usize, lda: i32, b: usize, ldb: i32,
  M: i32, N: i32, K: i32, transposeA: bool, transposeB: bool, accumulate: bool, scratch: usize,
): void {
  if (M == 1 && !transposeA) {
    if (transposeB) rowTimesTransposed(c, a, b, ldb, N, K, accumulate);
    else rowTimesMatrix(c, a, b, ldb, N, K, accumulate);
    return;
  }
  const packedA = scratch + 4 * TILE_ROWS * TILE_COLUMNS;
  const packedB = packedA + 4 * MC * KC;
  // Packing is worth its cost if many tiles read a panel, or if it turns columns into rows.
  const packB = transposeB || M > 8 * TILE_ROWS;
  for (let n = 0; n < N; n += NC) {
    const columns = min(NC, N - n);
    for (let k = 0; k < K; k += KC) {
      const depth = min(KC, K - k);
      const fromB = transposeB ? b + 4 * (<usize>n * ldb + k) : b + 4 * (<usize>k * ldb + n);
      if (packB) packPanels(packedB, fromB, ldb, depth, columns, transposeB);
      for (let m = 0; m < M; m += MC) {
        const rows = min(MC, M - m);
        const fromA = transposeA ? a + 4 * (<usize>k * lda + m) : a + 4 * (<usize>m * lda + k);
        packTiles(packedA, fromA, lda, depth, rows, transposeA);
        block(
          c + 4 * (<usize>m * ldc + n), ldc, packedA,
          packB ? packedB : fromB, packB ? 4 * TILE_COLUMNS : 4 * ldb, packB ? 4 * TILE_COLUMNS * depth : 4 * TILE_COLUMNS,
          rows, columns, depth, accumulate || k > 0, scratch,
        );
      }
    }
  }
}

/** One block of C: all its tiles, panel of B by panel of B. */
function block(
  c: usize, ldc: i32, a: usize, b: usize, bStep: usize, bPanel: usize,
  rows: i32, columns: i32, depth: i32, accumulate: bool, edge: usize,
): void {
  const tiles = tilesOf(rows);
  for (let n = 0; n < columns; n += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, columns - n);
    for (let i = 0; i < tiles; i++) {
      const m = tileStart(i, tiles, rows);
      const height = tileStart(i + 1, tiles, rows) - m;
      const out = c + 4 * (<usize>m * ldc + n);
      const fromA = a + 4 * <usize>m * depth;
      if (width == TILE_COLUMNS) {
        tile(height, out, 4 * ldc, fromA, b, bStep, depth, accumulate);
      } else {
        if (accumulate) copyTile(edge, TILE_COLUMNS, out, ldc, height, width);
        tile(height, edge, 4 * TILE_COLUMNS, fromA, b, bStep, depth, accumulate);
        copyTile(out, ldc, edge, TILE_COLUMNS, height, width);
      }
    }
    b += bPanel;
  }
}

// @ts-ignore: decorator
@inline
function tilesOf(rows: i32): i32 {
  return (rows + TILE_ROWS - 1) / TILE_ROWS;
}

/** Rows are distributed evenly: 20 rows are four tiles of 5, not three of 6 and one of 2. */
// @ts-ignore: decorator
@inline
function tileStart(tile: i32, tiles: i32, rows: i32): i32 {
  return (tile * rows) / tiles;
}

function tile(height: i32, c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  if (height == 6) tile6(c, cRow, a, b, bStep, K, accumulate);
  else if (height == 5) tile5(c, cRow, a, b, bStep, K, accumulate);
  else if (height == 4) tile4(c, cRow, a, b, bStep, K, accumulate);
  else if (height == 3) tile3(c, cRow, a, b, bStep, K, accumulate);
  else if (height == 2) tile2(c, cRow, a, b, bStep, K, accumulate);
  else tile1(c, cRow, a, b, bStep, K, accumulate);
}

// One function per tile height: the constant lets the compiler drop unused rows.
function tile6(c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  multiply(6, c, cRow, a, b, bStep, K, accumulate);
}
function tile5(c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  multiply(5, c, cRow, a, b, bStep, K, accumulate);
}
function tile4(c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  multiply(4, c, cRow, a, b, bStep, K, accumulate);
}
function tile3(c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  multiply(3, c, cRow, a, b, bStep, K, accumulate);
}
function tile2(c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  multiply(2, c, cRow, a, b, bStep, K, accumulate);
}
function tile1(c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool): void {
  multiply(1, c, cRow, a, b, bStep, K, accumulate);
}

// The form of the loop is the result of measurements: with the condition at the end, or unrolled, V8 spills accumulators,
// which halves the speed.
// @ts-ignore: decorator
@inline
function multiply(
  height: i32, c: usize, cRow: usize, a: usize, b: usize, bStep: usize, K: i32, accumulate: bool,
): void {
  let c00 = zeros(), c01 = zeros(), c10 = zeros(), c11 = zeros(), c20 = zeros(), c21 = zeros();
  let c30 = zeros(), c31 = zeros(), c40 = zeros(), c41 = zeros(), c50 = zeros(), c51 = zeros();
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16);
    if (height > 1) { c10 = v128.load(c + cRow); c11 = v128.load(c + cRow, 16); }
    if (height > 2) { c20 = v128.load(c + 2 * cRow); c21 = v128.load(c + 2 * cRow, 16); }
    if (height > 3) { c30 = v128.load(c + 3 * cRow); c31 = v128.load(c + 3 * cRow, 16); }
    if (height > 4) { c40 = v128.load(c + 4 * cRow); c41 = v128.load(c + 4 * cRow, 16); }
    if (height > 5) { c50 = v128.load(c + 5 * cRow); c51 = v128.load(c + 5 * cRow, 16); }
  }
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00); c01 = madd(x, b1, c01);
    if (height > 1) { x = v128.load32_splat(a, 4); c10 = madd(x, b0, c10); c11 = madd(x, b1, c11); }
    if (height > 2) { x = v128.load32_splat(a, 8); c20 = madd(x, b0, c20); c21 = madd(x, b1, c21); }
    if (height > 3) { x = v128.load32_splat(a, 12); c30 = madd(x, b0, c30); c31 = madd(x, b1, c31); }
    if (height > 4) { x = v128.load32_splat(a, 16); c40 = madd(x, b0, c40); c41 = madd(x, b1, c41); }
    if (height > 5) { x = v128.load32_splat(a, 20); c50 = madd(x, b0, c50); c51 = madd(x, b1, c51); }
    a += 4 * height;
    b += bStep;
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  if (height > 1) { v128.store(c + cRow, c10); v128.store(c + cRow, c11, 16); }
  if (height > 2) { v128.store(c + 2 * cRow, c20); v128.store(c + 2 * cRow, c21, 16); }
  if (height > 3) { v128.store(c + 3 * cRow, c30); v128.store(c + 3 * cRow, c31, 16); }
  if (height > 4) { v128.store(c + 4 * cRow, c40); v128.store(c + 4 * cRow, c41, 16); }
  if (height > 5) { v128.store(c + 5 * cRow, c50); v128.store(c + 5 * cRow, c51, 16); }
}

/** Packs op(A) (rows,K) into its tiles, each (K,height). */
function packTiles(to: usize, a: usize, lda: i32, K: i32, rows: i32, transposed: bool): void {
  const tiles = tilesOf(rows);
  for (let i = 0; i < tiles; i++) {
    const m = tileStart(i, tiles, rows);
    const height = tileStart(i + 1, tiles, rows) - m;
    if (transposed) copyRows(to, a + 4 * m, lda, K, height);
    else packRows(to, a + 4 * <usize>m * lda, lda, K, height);
    to += 4 * height * K;
  }
}

/** Packs `height` rows of length K as a tile (K,height). */
function packRows(to: usize, a: usize, lda: i32, K: i32, height: i32): void {
  let row = 0;
  if (height >= 4) {
    const whole = K & ~3;
    transposeFour(to, 4 * height, a, 4 * lda, whole);
    for (let k = whole; k < K; k++) packStep4(to + 4 * k * height, a + 4 * k, 4 * lda);
    row = 4;
  }
  for (; row < height; row++) {
    for (let k = 0; k < K; k++) f32.store(to + 4 * (k * height + row), f32.load(a + 4 * (<usize>row * lda + k)));
  }
}

/** Packs op(B) (K,N) into panels (K,8); the missing columns of the last panel are undefined. */
function packPanels(to: usize, b: usize, ldb: i32, K: i32, N: i32, transposed: bool): void {
  for (let n = 0; n < N; n += TILE_COLUMNS) {
    if (transposed) packColumns(to, b + 4 * <usize>n * ldb, 4 * ldb, K, min(TILE_COLUMNS, N - n));
    else copyRows(to, b + 4 * n, ldb, K, TILE_COLUMNS);
    to += 4 * TILE_COLUMNS * K;
  }
}

/** Packs K rows of `width` numbers contiguously; may read, but does not use, numbers beyond the width. */
function copyRows(to: usize, from: usize, stride: i32, K: i32, width: i32): void {
  for (let k = 0; k < K; k++) {
    let w = 0;
    for (; w + 4 <= width; w += 4) v128.store(to + 4 * w, v128.load(from + 4 * w));
    for (; w < width; w++) f32.store(to + 4 * w, f32.load(from + 4 * w));
    to += 4 * width;
    from += 4 * stride;
  }
}

/** Packs `width` rows of length K as a panel (K,8). */
function packColumns(to: usize, b: usize, row: usize, K: i32, width: i32): void {
  if (width == TILE_COLUMNS) {
    const whole = K & ~3;
    transposeFour(to, 4 * TILE_COLUMNS, b, row, whole);
    transposeFour(to + 16, 4 * TILE_COLUMNS, b + 4 * row, row, whole);
    for (let k = whole; k < K; k++) packStep(to, b, row, k, width);
  } else {
    for (let k = 0; k < K; k++) packStep(to, b, row, k, width);
  }
}

// @ts-ignore: decorator
@inline
function packStep(to: usize, b: usize, row: usize, k: i32, width: i32): void {
  for (let w = 0; w < width; w++) f32.store(to + 4 * (k * TILE_COLUMNS + w), f32.load(b + <usize>w * row + 4 * k));
}

/** Transposes four rows of length K (a multiple of 4) to K rows of four, `toRow` bytes apart. */
function transposeFour(to: usize, toRow: usize, from: usize, row: usize, K: i32): void {
  for (let k = 0; k < K; k += 4) {
    const r0 = v128.load(from), r1 = v128.load(from + row), r2 = v128.load(from + 2 * row), r3 = v128.load(from + 3 * row);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(to + toRow, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(to + 2 * toRow, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(to + 3 * toRow, v128.shuffle<f64>(high01, high23, 1, 3));
    from += 16;
    to += 4 * toRow;
  }
}

/** out (N,M) = aᵀ, a (M,N). */
export function transpose(out: usize, a: usize, M: i32, N: i32): void {
  const whole = N & ~3;
  let m = 0;
  for (; m + 4 <= M; m += 4) {
    transposeFour(out + 4 * m, 4 * M, a + 4 * <usize>m * N, 4 * N, whole);
    for (let n = whole; n < N; n++) packStep4(out + 4 * (n * M + m), a + 4 * (m * N + n), 4 * N);
  }
  for (; m < M; m++) {
    for (let n = 0; n < N; n++) f32.store(out + 4 * (n * M + m), f32.load(a + 4 * (m * N + n)));
  }
}

/** The part of c (M,M) above the diagonal = the mirror image of the part below. */
export function mirror(c: usize, M: i32): void {
  const row: usize = 4 * M;
  const whole = M & ~3;
  for (let m = 0; m < whole; m += 4) transposeFour(c + 4 * m, row, c + m * row, row, m);
  for (let m = 0; m < M; m++) {
    // Of rows that were transposed, what the four share; of the others, all.
    for (let n = m < whole ? m & ~3 : 0; n < m; n++) f32.store(c + n * row + 4 * m, f32.load(c + m * row + 4 * n));
  }
}

// @ts-ignore: decorator
@inline
function packStep4(to: usize, from: usize, row: usize): void {
  for (let i = 0; i < 4; i++) f32.store(to + 4 * i, f32.load(from + <usize>i * row));
}

function copyTile(to: usize, toStride: i32, from: usize, fromStride: i32, height: i32, width: i32): void {
  for (let m = 0; m < height; m++) {
    for (let n = 0; n < width; n++) {
      f32.store(to + 4 * (m * toStride + n), f32.load(from + 4 * (m * fromStride + n)));
    }
  }
}
