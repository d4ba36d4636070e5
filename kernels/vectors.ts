// Long vectors, for clipping and the optimizer.
import { madd } from './simd';

/** y = y + a·x */
export function addScaled(y: usize, a: f32, x: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    v128.store(y + 4 * i, madd(f32x4.splat(a), v128.load(x + 4 * i), v128.load(y + 4 * i)));
  }
  for (; i < size; i++) {
    const sum = madd(f32x4.splat(a), v128.load32_splat(x + 4 * i), v128.load32_splat(y + 4 * i));
    f32.store(y + 4 * i, f32x4.extract_lane(sum, 0));
  }
}

/** total (f64) = total + Σ x², summed in float64. */
export function addSumOfSquares(total: usize, x: usize, size: i32): void {
  f64.store(total, f64.load(total) + sumOfSquares(x, size));
}

/** Σ x², summed in float64. */
export function sumOfSquares(x: usize, size: i32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const values = v128.load(x + 4 * i);
    const first = f64x2.promote_low_f32x4(values);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f64>(values, values, 1, 0));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  low = f64x2.add(low, high);
  let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
  for (; i < size; i++) sum += <f64>f32.load(x + 4 * i) * <f64>f32.load(x + 4 * i);
  return sum;
}

/** out = a·x + b·y; out may be x or y. */
export function combine(out: usize, a: f32, x: usize, b: f32, y: usize, size: i32): void {
  const as = f32x4.splat(a), bs = f32x4.splat(b);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    v128.store(out + 4 * i, madd(as, v128.load(x + 4 * i), f32x4.mul(bs, v128.load(y + 4 * i))));
  }
  for (; i < size; i++) {
    const sum = madd(as, v128.load32_splat(x + 4 * i), f32x4.mul(bs, v128.load32_splat(y + 4 * i)));
    f32.store(out + 4 * i, f32x4.extract_lane(sum, 0));
  }
}

/** x = x + terms (f64), each sum rounded once. */
export function addFloat64(x: usize, terms: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    f32.store(x + 4 * i, <f32>(<f64>f32.load(x + 4 * i) + f64.load(terms + 8 * i)));
  }
}

export function fill(out: usize, value: f32, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) v128.store(out + 4 * i, f32x4.splat(value));
  for (; i < size; i++) f32.store(out + 4 * i, value);
}

export function copy(out: usize, x: usize, bytes: i32): void {
  memory.copy(out, x, bytes);
}

/** x = a·x */
export function scale(x: usize, a: f32, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) v128.store(x + 4 * i, f32x4.mul(v128.load(x + 4 * i), f32x4.splat(a)));
  for (; i < size; i++) f32.store(x + 4 * i, a * f32.load(x + 4 * i));
}

// The same for the listed rows of a table (V,D): those of M ids before the first −1.

export function scaleRows(x: usize, a: f32, ids: usize, M: i32, D: i32): void {
  for (let m = 0; m < M && i32.load(ids + 4 * m) >= 0; m++) scale(rowAt(x, ids, m, D), a, D);
}

export function addScaledRows(y: usize, a: f32, x: usize, ids: usize, M: i32, D: i32): void {
  for (let m = 0; m < M && i32.load(ids + 4 * m) >= 0; m++) addScaled(rowAt(y, ids, m, D), a, rowAt(x, ids, m, D), D);
}

export function addSumOfSquaresOfRows(total: usize, x: usize, ids: usize, M: i32, D: i32): void {
  for (let m = 0; m < M && i32.load(ids + 4 * m) >= 0; m++) addSumOfSquares(total, rowAt(x, ids, m, D), D);
}

export function zeroRows(x: usize, ids: usize, M: i32, D: i32): void {
  for (let m = 0; m < M && i32.load(ids + 4 * m) >= 0; m++) memory.fill(rowAt(x, ids, m, D), 0, 4 * D);
}

// @ts-ignore: decorator
@inline
function rowAt(x: usize, ids: usize, m: i32, D: i32): usize {
  return x + 4 * <usize>i32.load(ids + 4 * m) * <usize>D;
}
