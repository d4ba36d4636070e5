// One pass over a parameter and what its optimizer remembers. g = dW + decay·W; scalars come in from float64.
import { madd } from './simd';

/** v = momentum·v + g; W = W − (ofGradient·g + ofVelocity·v) */
export function momentumStep(
  W: usize, v: usize, dW: usize, size: i32, decay: f32, momentum: f32, ofGradient: f32, ofVelocity: f32,
): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    momentumAt(W + 4 * i, v + 4 * i, dW + 4 * i, decay, momentum, ofGradient, ofVelocity, false);
  }
  for (let i = size & ~3; i < size; i++) {
    momentumAt(W + 4 * i, v + 4 * i, dW + 4 * i, decay, momentum, ofGradient, ofVelocity, true);
  }
}

/** s = keep·s + share·g²; W = W − rate·g/(√s + epsilon) */
export function squaresStep(
  W: usize, s: usize, dW: usize, size: i32, decay: f32, keep: f32, share: f32, rate: f32, epsilon: f32,
): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    squaresAt(W + 4 * i, s + 4 * i, dW + 4 * i, decay, keep, share, rate, epsilon, false);
  }
  for (let i = size & ~3; i < size; i++) {
    squaresAt(W + 4 * i, s + 4 * i, dW + 4 * i, decay, keep, share, rate, epsilon, true);
  }
}

/** m = keepM·m + shareM·g; v = keepV·v + shareV·g²; W = W − (shrink·W + rate·m/(√v + epsilon)) */
export function adamStep(
  W: usize, m: usize, v: usize, dW: usize, size: i32,
  decay: f32, shrink: f32, keepM: f32, shareM: f32, keepV: f32, shareV: f32, rate: f32, epsilon: f32,
): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    const at = 4 * i;
    adamAt(W + at, m + at, v + at, dW + at, decay, shrink, keepM, shareM, keepV, shareV, rate, epsilon, false);
  }
  for (let i = size & ~3; i < size; i++) {
    const at = 4 * i;
    adamAt(W + at, m + at, v + at, dW + at, decay, shrink, keepM, shareM, keepV, shareV, rate, epsilon, true);
  }
}

/** y = y + a·(x − y) */
export function lerp(y: usize, a: f32, x: usize, size: i32): void {
  for (let i = 0; i + 4 <= size; i += 4) lerpAt(y + 4 * i, a, x + 4 * i, false);
  for (let i = size & ~3; i < size; i++) lerpAt(y + 4 * i, a, x + 4 * i, true);
}

/** x and y change places. */
export function swap(x: usize, y: usize, size: i32): void {
  for (let i = 0; i + 4 <= size; i += 4) swapAt(x + 4 * i, y + 4 * i, false);
  for (let i = size & ~3; i < size; i++) swapAt(x + 4 * i, y + 4 * i, true);
}

// The same for four numbers, or for a single one.

// @ts-ignore: decorator
@inline
function momentumAt(
  W: usize, v: usize, dW: usize, decay: f32, momentum: f32, ofGradient: f32, ofVelocity: f32, single: bool,
): void {
  const w = lanes(W, single);
  const g = madd(f32x4.splat(decay), w, lanes(dW, single));
  const velocity = flushed(madd(f32x4.splat(momentum), lanes(v, single), g));
  putLanes(v, velocity, single);
  const step = madd(f32x4.splat(ofGradient), g, f32x4.mul(f32x4.splat(ofVelocity), velocity));
  putLanes(W, f32x4.sub(w, step), single);
}

// @ts-ignore: decorator
@inline
function squaresAt(
  W: usize, s: usize, dW: usize, decay: f32, keep: f32, share: f32, rate: f32, epsilon: f32, single: bool,
): void {
  const w = lanes(W, single);
  const g = madd(f32x4.splat(decay), w, lanes(dW, single));
  const squares = mixed(lanes(s, single), keep, f32x4.mul(g, g), share);
  putLanes(s, squares, single);
  putLanes(W, f32x4.sub(w, scaledByRoot(g, squares, rate, epsilon)), single);
}

// @ts-ignore: decorator
@inline
function adamAt(
  W: usize, m: usize, v: usize, dW: usize, decay: f32, shrink: f32,
  keepM: f32, shareM: f32, keepV: f32, shareV: f32, rate: f32, epsilon: f32, single: bool,
): void {
  const w = lanes(W, single);
  const g = madd(f32x4.splat(decay), w, lanes(dW, single));
  const mean = mixed(lanes(m, single), keepM, g, shareM);
  const squares = mixed(lanes(v, single), keepV, f32x4.mul(g, g), shareV);
  putLanes(m, mean, single);
  putLanes(v, squares, single);
  const step = madd(f32x4.splat(shrink), w, scaledByRoot(mean, squares, rate, epsilon));
  putLanes(W, f32x4.sub(w, step), single);
}

// @ts-ignore: decorator
@inline
function lerpAt(y: usize, a: f32, x: usize, single: bool): void {
  const from = lanes(y, single);
  putLanes(y, madd(f32x4.splat(a), f32x4.sub(lanes(x, single), from), from), single);
}

// @ts-ignore: decorator
@inline
function swapAt(x: usize, y: usize, single: bool): void {
  const kept = lanes(x, single);
  putLanes(x, lanes(y, single), single);
  putLanes(y, kept, single);
}

/** keep·a + share·b */
// @ts-ignore: decorator
@inline
function mixed(a: v128, keep: f32, b: v128, share: f32): v128 {
  return flushed(madd(f32x4.splat(keep), a, f32x4.mul(f32x4.splat(share), b)));
}

/** rate·x/(√squares + epsilon) */
// @ts-ignore: decorator
@inline
function scaledByRoot(x: v128, squares: v128, rate: f32, epsilon: f32): v128 {
  const root = f32x4.add(f32x4.sqrt(squares), f32x4.splat(epsilon));
  return f32x4.div(f32x4.mul(f32x4.splat(rate), x), root);
}

/**
 * 0 for what is smaller than 2⁻¹⁰⁰. A moment without gradients would shrink to subnormal numbers and stay
 * there: they compute many times slower. A NaN stays one.
 */
// @ts-ignore: decorator
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(7.888609052210118e-31)));
}

// @ts-ignore: decorator
@inline
function lanes(at: usize, single: bool): v128 {
  return single ? v128.load32_splat(at) : v128.load(at);
}

// @ts-ignore: decorator
@inline
function putLanes(at: usize, x: v128, single: bool): void {
  if (single) f32.store(at, f32x4.extract_lane(x, 0));
  else v128.store(at, x);
}
