// The element-wise part of a round of the Mogrifier LSTM, over `size` numbers of x or h.
import { sigmoid } from './math';
import { read, write } from './simd';

/** Overwrites the pre-activations in scale with s = 2σ(·); out = s ⊙ x. */
export function modulateForward(scale: usize, out: usize, x: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) step(true, scale + 4 * i, out + 4 * i, x + 4 * i);
  for (; i < size; i++) step(false, scale + 4 * i, out + 4 * i, x + 4 * i);
}

/** da = d ⊙ x ⊙ s(1 − s/2), w.r.t. the pre-activations of the scale s; d, w.r.t. s ⊙ x, is overwritten with d ⊙ s, w.r.t. x. */
export function modulateBackward(da: usize, d: usize, scale: usize, x: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) back(true, da + 4 * i, d + 4 * i, scale + 4 * i, x + 4 * i);
  for (; i < size; i++) back(false, da + 4 * i, d + 4 * i, scale + 4 * i, x + 4 * i);
}

// @ts-ignore: decorator
@inline
function step(four: bool, scale: usize, out: usize, x: usize): void {
  const half = sigmoid(read(four, scale));
  const s = f32x4.add(half, half);
  write(four, scale, s);
  write(four, out, f32x4.mul(s, read(four, x)));
}

// @ts-ignore: decorator
@inline
function back(four: bool, da: usize, d: usize, scale: usize, x: usize): void {
  const s = read(four, scale);
  const through = f32x4.mul(read(four, d), s);
  const slope = f32x4.sub(f32x4.splat(1), f32x4.mul(s, f32x4.splat(0.5)));
  write(four, da, f32x4.mul(f32x4.mul(through, read(four, x)), slope));
  write(four, d, through);
}
