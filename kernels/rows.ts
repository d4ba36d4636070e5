// Rows of matrices: the bias and its gradient, the embedding lookup and its gradient.
// memory.copy is compiled to the native memcpy.
import { read, write, zeros } from './simd';

/** Each row of out (M,N) = b (N). */
export function broadcastRows(out: usize, b: usize, M: i32, N: i32): void {
  for (let m = 0; m < M; m++) memory.copy(out + 4 * <usize>m * N, b, 4 * N);
}

/** Each row of x (M,N) += b (N). */
export function addToRows(x: usize, b: usize, M: i32, N: i32): void {
  for (let m = 0; m < M; m++) addRow(x + 4 * <usize>m * N, b, N);
}

/**
 * out (N) = Σ over M rows of N numbers with a row stride of `stride` numbers (+ out). Each of `parts` chunks of
 * consecutive rows is summed first, then their sums are added.
 */
export function sumRows(out: usize, x: usize, M: i32, N: i32, stride: i32, parts: i32, accumulate: bool): void {
  let n = 0;
  for (; n + 4 <= N; n += 4) sumColumns(true, out + 4 * n, x + 4 * n, M, stride, parts, accumulate);
  for (; n < N; n++) sumColumns(false, out + 4 * n, x + 4 * n, M, stride, parts, accumulate);
}

// @ts-ignore: decorator
@inline
function sumColumns(four: bool, out: usize, x: usize, M: i32, stride: i32, parts: i32, accumulate: bool): void {
  let sum = accumulate ? read(four, out) : zeros();
  let m = 0;
  for (let part = 1; part <= parts; part++) {
    const end = (part * M + parts - 1) / parts;
    let partial = zeros();
    for (; m < end; m++) partial = f32x4.add(partial, read(four, x + 4 * <usize>m * stride));
    sum = f32x4.add(sum, partial);
  }
  write(four, out, sum);
}

/**
 * Row m of out = row m of x, or 0 if resets[m] isn't 0, over a block with a row stride of `stride` numbers; out may be x.
 */
export function resetRows(out: usize, x: usize, resets: usize, rows: i32, columns: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    if (i32.load(resets + 4 * row)) memory.fill(out, 0, 4 * columns);
    else if (out !== x) memory.copy(out, x, 4 * columns);
    out += 4 * stride;
    x += 4 * stride;
  }
}

/** Row m of out (M,D) = row ids[m] of W (V,D). Returns the first m whose id is out of range, or −1. */
export function gatherRows(out: usize, W: usize, ids: usize, M: i32, V: i32, D: i32): i32 {
  for (let m = 0; m < M; m++) {
    const id = i32.load(ids + 4 * m);
    if (<u32>id >= <u32>V) return m;
    memory.copy(out + 4 * <usize>m * D, W + 4 * <usize>id * D, 4 * D);
  }
  return -1;
}

/** Adds row m of dout (M,D) to row ids[m] of dW (V,D), in the order of m. Returns the same as gatherRows. */
export function scatterAddRows(dW: usize, ids: usize, dout: usize, M: i32, V: i32, D: i32): i32 {
  for (let m = 0; m < M; m++) {
    const id = i32.load(ids + 4 * m);
    if (<u32>id >= <u32>V) return m;
    addRow(dW + 4 * <usize>id * D, dout + 4 * <usize>m * D, D);
  }
  return -1;
}

/** Row ids[m] of table (V,D) = row m of x (M,D). Returns the same as gatherRows. */
export function scatterRows(table: usize, ids: usize, x: usize, M: i32, V: i32, D: i32): i32 {
  for (let m = 0; m < M; m++) {
    const id = i32.load(ids + 4 * m);
    if (<u32>id >= <u32>V) return m;
    memory.copy(table + 4 * <usize>id * D, x + 4 * <usize>m * D, 4 * D);
  }
  return -1;
}

// @ts-ignore: decorator
@inline
function addRow(to: usize, from: usize, N: i32): void {
  let n = 0;
  for (; n + 4 <= N; n += 4) {
    v128.store(to + 4 * n, f32x4.add(v128.load(to + 4 * n), v128.load(from + 4 * n)));
  }
  for (; n < N; n++) f32.store(to + 4 * n, f32.load(to + 4 * n) + f32.load(from + 4 * n));
}

/**
 * The unique ids among M, in order of first appearance, padded with −1. marks (V) must be 0 and is 0 again
 * afterwards.
 */
export function uniqueIds(out: usize, ids: usize, marks: usize, M: i32): void {
  let count = 0;
  for (let m = 0; m < M; m++) {
    const id = i32.load(ids + 4 * m);
    if (i32.load(marks + 4 * id)) continue;
    i32.store(marks + 4 * id, 1);
    i32.store(out + 4 * count++, id);
  }
  for (let i = 0; i < count; i++) i32.store(marks + 4 * i32.load(out + 4 * i), 0);
  for (let i = count; i < M; i++) i32.store(out + 4 * i, -1);
}
