// Dropout. The mask is a hash of an element's index, computed wherever it is needed: see src/tensor/mask.ts.
import { read, write } from './simd';

/**
 * out = x·scale, or 0 where hash(index) < threshold, over a block with a row stride of `stride` numbers; out may be x. Each row
 * has the indices first, first + 1, …
 */
export function dropout(
  out: usize, x: usize, rows: i32, columns: i32, stride: i32, first: i32,
  key0: i32, key1: i32, threshold: u32, scale: f32,
): void {
  const factor = f32x4.splat(scale);
  for (let row = 0; row < rows; row++) {
    let index = indicesFrom(first);
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      drop(true, out + 4 * i, x + 4 * i, factor, kept(index, key0, key1, threshold));
      index = i32x4.add(index, i32x4.splat(4));
    }
    for (; i < columns; i++) {
      drop(false, out + 4 * i, x + 4 * i, factor, kept(i32x4.splat(first + i), key0, key1, threshold));
    }
    out += 4 * stride;
    x += 4 * stride;
  }
}

/** Row m of out (M,D) = row m of x·scale, or 0 where hash(ids[m]) < threshold; out may be x. */
export function dropoutRows(
  out: usize, x: usize, ids: usize, M: i32, D: i32, key0: i32, key1: i32, threshold: u32, scale: f32,
): void {
  const factor = f32x4.splat(scale);
  for (let m = 0; m < M; m++) {
    const mask = kept(v128.load32_splat(ids + 4 * m), key0, key1, threshold);
    let d = 0;
    for (; d + 4 <= D; d += 4) drop(true, out + 4 * d, x + 4 * d, factor, mask);
    for (; d < D; d++) drop(false, out + 4 * d, x + 4 * d, factor, mask);
    out += 4 * D;
    x += 4 * D;
  }
}

// @ts-ignore: decorator
@inline
function drop(four: bool, out: usize, x: usize, factor: v128, mask: v128): void {
  write(four, out, v128.and(f32x4.mul(read(four, x), factor), mask));
}

/** first, first + 1, first + 2, first + 3 */
// @ts-ignore: decorator
@inline
export function indicesFrom(first: i32): v128 {
  return i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
}

/** All bits where the hash of an index, lowbias32 (Wellons 2018) with two keys, reaches the threshold. */
// @ts-ignore: decorator
@inline
export function kept(index: v128, key0: i32, key1: i32, threshold: u32): v128 {
  let x = v128.xor(index, i32x4.splat(key0));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(v128.xor(x, i32x4.splat(key1)), i32x4.splat(0x846ca68b));
  return i32x4.ge_u(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(threshold));
}
