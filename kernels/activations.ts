import { madd } from './simd';
import { tanh } from './math';

/** out = tanh x; out may be x. */
export function tanhForward(out: usize, x: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) v128.store(out + 4 * i, tanh(v128.load(x + 4 * i)));
  for (; i < size; i++) f32.store(out + 4 * i, f32x4.extract_lane(tanh(v128.load32_splat(x + 4 * i)), 0));
}

/** dt = (dh + dhNext) ⊙ (1 − h²); dhNext is 0 (the pointer) where there is none. */
export function tanhBackward(dt: usize, h: usize, dh: usize, dhNext: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const next = dhNext ? v128.load(dhNext + 4 * i) : f32x4.splat(0);
    v128.store(dt + 4 * i, back(v128.load(h + 4 * i), v128.load(dh + 4 * i), next));
  }
  for (; i < size; i++) {
    const next = dhNext ? v128.load32_splat(dhNext + 4 * i) : f32x4.splat(0);
    const d = back(v128.load32_splat(h + 4 * i), v128.load32_splat(dh + 4 * i), next);
    f32.store(dt + 4 * i, f32x4.extract_lane(d, 0));
  }
}

// @ts-ignore: decorator
@inline
function back(h: v128, dh: v128, dhNext: v128): v128 {
  return f32x4.mul(f32x4.add(dh, dhNext), madd(f32x4.neg(h), h, f32x4.splat(1)));
}
