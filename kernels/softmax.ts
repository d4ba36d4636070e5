// Softmax, cross entropy and its gradient, one row of logits at a time. Each row is read while it is
// in the cache: once for its maximum, once for e^(x − max) and their sum, once to scale.
import { exp, log } from './math';
import { read, sumLanes, write, zeros } from './simd';

/**
 * losses (M) and dxs (M,V) from xs (M,V) + b (V) and targets ts (M), which are `ignored` or from 0 to V − 1. dxs = (softmax(xs + b) − one-hot ts) · share, may be xs. sum (V)
 * becomes the sum of dxs' rows. A row whose target is ignored has loss 0 and gradient 0.
 * b, dxs and sum may be null pointers.
 */
export function softmaxWithLoss(
  dxs: usize, sum: usize, losses: usize, xs: usize, b: usize, ts: usize, M: i32, V: i32, ignored: i32, share: f32,
): void {
  if (sum) memory.fill(sum, 0, 4 * V);
  for (let m = 0; m < M; m++) {
    const t = i32.load(ts + 4 * m);
    const row = 4 * <usize>m * <usize>V;
    let loss: f64 = 0;
    if (t != ignored) loss = lossOfRow(dxs ? dxs + row : 0, sum, xs + row, b, t, V, share);
    else if (dxs) memory.fill(dxs + row, 0, 4 * V);
    f32.store(losses + 4 * m, <f32>loss);
  }
}

/** Each row of out (M,V) = softmax(a·xs); out may be xs. A logit of −∞ has the probability 0. */
export function softmax(out: usize, xs: usize, a: f32, M: i32, V: i32): void {
  for (let m = 0; m < M; m++) {
    const row = 4 * <usize>m * <usize>V;
    const max = maximum(false, xs + row, 0, V);
    const z = sumOfPowers(out + row, xs + row, a, V, max);
    scale(false, out + row, 0, 1 / z, V);
  }
}

/**
 * total (3 × f64) = 0, 0 and the number of M targets that are not `ignored`. Returns the first target that
 * is neither `ignored` nor from 0 to V − 1, or −1.
 */
export function countTargets(total: usize, ts: usize, M: i32, V: i32, ignored: i32): i32 {
  let count = 0;
  for (let m = 0; m < M; m++) {
    const t = i32.load(ts + 4 * m);
    if (t == ignored) continue;
    if (<u32>t >= <u32>V) return m;
    count++;
  }
  f64.store(total, 0);
  f64.store(total, 0, 8);
  f64.store(total, <f64>count, 16);
  return -1;
}

/** Adds M losses to total: their mean, their sum and the number of targets that are not ignored. */
export function addLosses(total: usize, losses: usize, M: i32): void {
  let sum = f64.load(total, 8);
  for (let m = 0; m < M; m++) sum += <f64>f32.load(losses + 4 * m);
  const counted = f64.load(total, 16);
  f64.store(total, counted ? sum / counted : 0);
  f64.store(total, sum, 8);
}

/** −log softmax(x + b)[t]; dx = (softmax(x + b) − one-hot t) · share, which is added to sum. */
function lossOfRow(dx: usize, sum: usize, x: usize, b: usize, t: i32, V: i32, share: f32): f64 {
  const max = b ? maximum(true, x, b, V) : maximum(false, x, 0, V);
  const score = b ? numberAt(true, x, b, t) : numberAt(false, x, 0, t);
  const z = exponentials(dx, x, b, V, max);
  if (dx) {
    const dxt = dx + 4 * <usize>t;
    const before = sum ? f32.load(sum + 4 * <usize>t) : 0;
    if (sum) scale(true, dx, sum, share / z, V);
    else scale(false, dx, 0, share / z, V);
    f32.store(dxt, f32.load(dxt) - share);
    if (sum) f32.store(sum + 4 * <usize>t, before + f32.load(dxt));
  }
  return log(z) + <f64>(max - score);
}

/** out = e^(x + b − max), unless out is 0; returns their sum. */
function exponentials(out: usize, x: usize, b: usize, V: i32, max: f32): f32 {
  if (out) return b ? sumOfExponentials(true, true, out, x, b, V, max) : sumOfExponentials(true, false, out, x, 0, V, max);
  return b ? sumOfExponentials(false, true, 0, x, b, V, max) : sumOfExponentials(false, false, 0, x, 0, V, max);
}

// The loops below are compiled in several variants, selected by constants, so that no loop contains a condition.

// @ts-ignore: decorator
@inline
function numberAt(biased: bool, x: usize, b: usize, v: i32): f32 {
  const number = f32.load(x + 4 * <usize>v);
  return biased ? number + f32.load(b + 4 * <usize>v) : number;
}

// @ts-ignore: decorator
@inline
function fourAt(biased: bool, x: usize, b: usize, v: i32): v128 {
  const four = v128.load(x + 4 * <usize>v);
  return biased ? f32x4.add(four, v128.load(b + 4 * <usize>v)) : four;
}

// @ts-ignore: decorator
@inline
function maximum(biased: bool, x: usize, b: usize, V: i32): f32 {
  let most = f32x4.splat(numberAt(biased, x, b, 0));
  let v = 0;
  for (; v + 4 <= V; v += 4) most = f32x4.pmax(most, fourAt(biased, x, b, v));
  let max = f32x4.extract_lane(most, 0);
  if (f32x4.extract_lane(most, 1) > max) max = f32x4.extract_lane(most, 1);
  if (f32x4.extract_lane(most, 2) > max) max = f32x4.extract_lane(most, 2);
  if (f32x4.extract_lane(most, 3) > max) max = f32x4.extract_lane(most, 3);
  for (; v < V; v++) if (numberAt(biased, x, b, v) > max) max = numberAt(biased, x, b, v);
  return max;
}

// @ts-ignore: decorator
@inline
function sumOfExponentials(keep: bool, biased: bool, out: usize, x: usize, b: usize, V: i32, max: f32): f32 {
  const shift = f32x4.splat(max);
  let sums = zeros();
  let v = 0;
  for (; v + 4 <= V; v += 4) {
    const e = exp(f32x4.sub(fourAt(biased, x, b, v), shift));
    if (keep) v128.store(out + 4 * v, e);
    sums = f32x4.add(sums, e);
  }
  let sum = sumLanes(sums);
  for (; v < V; v++) {
    const e = f32x4.extract_lane(exp(f32x4.splat(numberAt(biased, x, b, v) - max)), 0);
    if (keep) f32.store(out + 4 * v, e);
    sum += e;
  }
  return sum;
}

/** out = e^(a·(x − max)), or 0 where x is −∞; returns their sum. */
export function sumOfPowers(out: usize, x: usize, a: f32, V: i32, max: f32): f32 {
  let sums = zeros();
  let v = 0;
  for (; v + 4 <= V; v += 4) sums = f32x4.add(sums, powers(true, out + 4 * v, x + 4 * v, a, max));
  let sum = sumLanes(sums);
  for (; v < V; v++) sum += f32x4.extract_lane(powers(false, out + 4 * v, x + 4 * v, a, max), 0);
  return sum;
}

// @ts-ignore: decorator
@inline
function powers(four: bool, out: usize, x: usize, a: f32, max: f32): v128 {
  const scores = read(four, x);
  const e = exp(f32x4.mul(f32x4.sub(scores, f32x4.splat(max)), f32x4.splat(a)));
  const shares = v128.and(e, f32x4.ne(scores, f32x4.splat(-(<f32>Infinity))));
  write(four, out, shares);
  return shares;
}

/** x = a·x, which is added to sum. */
// @ts-ignore: decorator
@inline
function scale(summed: bool, x: usize, sum: usize, a: f32, V: i32): void {
  const factor = f32x4.splat(a);
  let v = 0;
  for (; v + 4 <= V; v += 4) {
    const four = f32x4.mul(v128.load(x + 4 * v), factor);
    v128.store(x + 4 * v, four);
    if (summed) v128.store(sum + 4 * v, f32x4.add(v128.load(sum + 4 * v), four));
  }
  for (; v < V; v++) {
    const number = f32.load(x + 4 * v) * a;
    f32.store(x + 4 * v, number);
    if (summed) f32.store(sum + 4 * v, f32.load(sum + 4 * v) + number);
  }
}
