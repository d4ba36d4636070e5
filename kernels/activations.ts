import { madd } from './simd';
import { tanh } from './math';

// A block is `rows` rows of `columns` numbers, whose rows begin `stride` numbers apart: one thread's
// share of a matrix.

/** x = tanh x, over a block. */
export function tanhForward(x: usize, rows: i32, columns: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) v128.store(x + 4 * i, tanh(v128.load(x + 4 * i)));
    for (; i < columns; i++) f32.store(x + 4 * i, f32x4.extract_lane(tanh(v128.load32_splat(x + 4 * i)), 0));
    x += 4 * stride;
  }
}

/** dt = (dh + dhNext) ⊙ (1 − h²), over a block; dhNext is 0 (the pointer) where there is none. */
export function tanhBackward(
  dt: usize, h: usize, dh: usize, dhNext: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      const next = dhNext ? v128.load(dhNext + 4 * i) : f32x4.splat(0);
      v128.store(dt + 4 * i, back(v128.load(h + 4 * i), v128.load(dh + 4 * i), next));
    }
    for (; i < columns; i++) {
      const next = dhNext ? v128.load32_splat(dhNext + 4 * i) : f32x4.splat(0);
      const d = back(v128.load32_splat(h + 4 * i), v128.load32_splat(dh + 4 * i), next);
      f32.store(dt + 4 * i, f32x4.extract_lane(d, 0));
    }
    dt += 4 * stride;
    h += 4 * stride;
    dh += 4 * stride;
    if (dhNext) dhNext += 4 * stride;
  }
}

// @ts-ignore: decorator
@inline
function back(h: v128, dh: v128, dhNext: v128): v128 {
  return f32x4.mul(f32x4.add(dh, dhNext), madd(f32x4.neg(h), h, f32x4.splat(1)));
}
