// Optimizer steps, one pass over a parameter and its moments. g = dW + decay·W.
import { madd, read, write } from './simd';

/** v = momentum·v + g; W = W − (gradientRate·g + velocityRate·v) */
export function momentumStep(
  W: usize, v: usize, dW: usize, size: i32, decay: f32, momentum: f32, gradientRate: f32, velocityRate: f32,
): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    momentumAt(true, W + 4 * i, v + 4 * i, dW + 4 * i, decay, momentum, gradientRate, velocityRate);
  }
  for (let i = size & ~3; i < size; i++) {
    momentumAt(false, W + 4 * i, v + 4 * i, dW + 4 * i, decay, momentum, gradientRate, velocityRate);
  }
}

/** s = keep·s + share·g²; W = W − rate·g/(√s + epsilon) */
export function squaresStep(
  W: usize, s: usize, dW: usize, size: i32, decay: f32, keep: f32, share: f32, rate: f32, epsilon: f32,
): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    squaresAt(true, W + 4 * i, s + 4 * i, dW + 4 * i, decay, keep, share, rate, epsilon);
  }
  for (let i = size & ~3; i < size; i++) {
    squaresAt(false, W + 4 * i, s + 4 * i, dW + 4 * i, decay, keep, share, rate, epsilon);
  }
}

/** m = beta1·m + oneMinusBeta1·g; v = beta2·v + oneMinusBeta2·g²; W = W − (decoupledDecay·W + rate·m/(√v + epsilon)) */
export function adamStep(
  W: usize, m: usize, v: usize, dW: usize, size: i32,
  decay: f32, decoupledDecay: f32, beta1: f32, oneMinusBeta1: f32, beta2: f32, oneMinusBeta2: f32, rate: f32, epsilon: f32,
): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    const at = 4 * i;
    adamAt(true, W + at, m + at, v + at, dW + at, decay, decoupledDecay, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, epsilon);
  }
  for (let i = size & ~3; i < size; i++) {
    const at = 4 * i;
    adamAt(false, W + at, m + at, v + at, dW + at, decay, decoupledDecay, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, epsilon);
  }
}

/** W = W − rate·dW/(√s + epsilon) + min(1, decay·√s)·(W0 − W) */
export function adaptStep(W: usize, W0: usize, s: usize, dW: usize, size: i32, rate: f32, epsilon: f32, decay: f32): void {
  for (let i = 0; i + 4 <= size; i += 4) {
    adaptAt(true, W + 4 * i, W0 + 4 * i, s + 4 * i, dW + 4 * i, rate, epsilon, decay);
  }
  for (let i = size & ~3; i < size; i++) {
    adaptAt(false, W + 4 * i, W0 + 4 * i, s + 4 * i, dW + 4 * i, rate, epsilon, decay);
  }
}

/** y = y + a·(x − y) */
export function lerp(y: usize, a: f32, x: usize, size: i32): void {
  for (let i = 0; i + 4 <= size; i += 4) lerpAt(true, y + 4 * i, a, x + 4 * i);
  for (let i = size & ~3; i < size; i++) lerpAt(false, y + 4 * i, a, x + 4 * i);
}

/** Swaps x and y. */
export function swap(x: usize, y: usize, size: i32): void {
  for (let i = 0; i + 4 <= size; i += 4) swapAt(true, x + 4 * i, y + 4 * i);
  for (let i = size & ~3; i < size; i++) swapAt(false, x + 4 * i, y + 4 * i);
}

// The same for four numbers (`four`) or one.

// @ts-ignore: decorator
@inline
function momentumAt(
  four: bool, W: usize, v: usize, dW: usize, decay: f32, momentum: f32, gradientRate: f32, velocityRate: f32,
): void {
  const w = read(four, W);
  const g = madd(f32x4.splat(decay), w, read(four, dW));
  const velocity = flushed(madd(f32x4.splat(momentum), read(four, v), g));
  write(four, v, velocity);
  const step = madd(f32x4.splat(gradientRate), g, f32x4.mul(f32x4.splat(velocityRate), velocity));
  write(four, W, f32x4.sub(w, step));
}

// @ts-ignore: decorator
@inline
function squaresAt(
  four: bool, W: usize, s: usize, dW: usize, decay: f32, keep: f32, share: f32, rate: f32, epsilon: f32,
): void {
  const w = read(four, W);
  const g = madd(f32x4.splat(decay), w, read(four, dW));
  const squares = mixed(read(four, s), keep, f32x4.mul(g, g), share);
  write(four, s, squares);
  write(four, W, f32x4.sub(w, scaledByRoot(g, squares, rate, epsilon)));
}

// @ts-ignore: decorator
@inline
function adamAt(
  four: bool, W: usize, m: usize, v: usize, dW: usize, decay: f32, decoupledDecay: f32,
  beta1: f32, oneMinusBeta1: f32, beta2: f32, oneMinusBeta2: f32, rate: f32, epsilon: f32,
): void {
  const w = read(four, W);
  const g = madd(f32x4.splat(decay), w, read(four, dW));
  const mean = mixed(read(four, m), beta1, g, oneMinusBeta1);
  const squares = mixed(read(four, v), beta2, f32x4.mul(g, g), oneMinusBeta2);
  write(four, m, mean);
  write(four, v, squares);
  const step = madd(f32x4.splat(decoupledDecay), w, scaledByRoot(mean, squares, rate, epsilon));
  write(four, W, f32x4.sub(w, step));
}

// @ts-ignore: decorator
@inline
function adaptAt(
  four: bool, W: usize, W0: usize, s: usize, dW: usize, rate: f32, epsilon: f32, decay: f32,
): void {
  const w = read(four, W);
  const root = f32x4.sqrt(read(four, s));
  const step = f32x4.div(f32x4.mul(f32x4.splat(rate), read(four, dW)), f32x4.add(root, f32x4.splat(epsilon)));
  const back = f32x4.min(f32x4.splat(1), f32x4.mul(f32x4.splat(decay), root));
  write(four, W, madd(back, f32x4.sub(read(four, W0), w), f32x4.sub(w, step)));
}

// @ts-ignore: decorator
@inline
function lerpAt(four: bool, y: usize, a: f32, x: usize): void {
  const from = read(four, y);
  write(four, y, madd(f32x4.splat(a), f32x4.sub(read(four, x), from), from));
}

// @ts-ignore: decorator
@inline
function swapAt(four: bool, x: usize, y: usize): void {
  const kept = read(four, x);
  write(four, x, read(four, y));
  write(four, y, kept);
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
 * Flushes numbers below 2⁻¹⁰⁰ to 0; NaN is kept. A moment without gradients would otherwise shrink to subnormal numbers,
 * which are many times slower to compute with.
 */
// @ts-ignore: decorator
@inline
function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(7.888609052210118e-31)));
}
