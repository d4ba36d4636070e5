// Softmax, cross entropy and its gradient, one row of scores at a time. Each row is read while it is
// in the cache: once for its maximum, once for e^(x − max) and their sum, once to scale.
import { exp, log } from './math';
import { sumLanes, zeros } from './simd';
import { scale } from './vectors';

/**
 * losses (M) and dxs (M,V) from xs (M,V) and targets ts (M), which are `ignored` or from 0 to V − 1.
 * dxs = (softmax(xs) − one-hot ts) · share, may be xs, and is 0 (the pointer) when no gradient is
 * wanted. A row whose target is ignored has loss 0 and gradient 0.
 */
export function softmaxWithLoss(
  dxs: usize, losses: usize, xs: usize, ts: usize, M: i32, V: i32, ignored: i32, share: f32,
): void {
  for (let m = 0; m < M; m++) {
    const t = i32.load(ts + 4 * m);
    const row = 4 * <usize>m * <usize>V;
    let loss: f64 = 0;
    if (t != ignored) loss = lossOfRow(dxs ? dxs + row : 0, xs + row, t, V, share);
    else if (dxs) memory.fill(dxs + row, 0, 4 * V);
    f32.store(losses + 4 * m, <f32>loss);
  }
}

/**
 * total (3 × f64) = 0, 0 and how many of M targets are not `ignored`. Returns the first target that
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

/** Adds M losses to total, which holds their mean, their sum and the number that counts. */
export function addLosses(total: usize, losses: usize, M: i32): void {
  let sum = f64.load(total, 8);
  for (let m = 0; m < M; m++) sum += <f64>f32.load(losses + 4 * m);
  const counted = f64.load(total, 16);
  f64.store(total, counted ? sum / counted : 0);
  f64.store(total, sum, 8);
}

/** −log softmax(x)[t]; dx = (softmax(x) − one-hot t) · share. */
function lossOfRow(dx: usize, x: usize, t: i32, V: i32, share: f32): f64 {
  const max = maximum(x, V);
  const score = f32.load(x + 4 * <usize>t);
  const z = dx ? exponentials(dx, x, V, max) : sumOfExponentials(x, V, max);
  if (dx) {
    scale(dx, share / z, V);
    f32.store(dx + 4 * <usize>t, f32.load(dx + 4 * <usize>t) - share);
  }
  return log(z) + <f64>(max - score);
}

function maximum(x: usize, V: i32): f32 {
  let most = v128.load32_splat(x);
  let v = 0;
  for (; v + 4 <= V; v += 4) most = f32x4.pmax(most, v128.load(x + 4 * v));
  let max = f32x4.extract_lane(most, 0);
  if (f32x4.extract_lane(most, 1) > max) max = f32x4.extract_lane(most, 1);
  if (f32x4.extract_lane(most, 2) > max) max = f32x4.extract_lane(most, 2);
  if (f32x4.extract_lane(most, 3) > max) max = f32x4.extract_lane(most, 3);
  for (; v < V; v++) if (f32.load(x + 4 * v) > max) max = f32.load(x + 4 * v);
  return max;
}

function exponentials(out: usize, x: usize, V: i32, max: f32): f32 {
  const shift = f32x4.splat(max);
  let sums = zeros();
  let v = 0;
  for (; v + 4 <= V; v += 4) {
    const e = exp(f32x4.sub(v128.load(x + 4 * v), shift));
    v128.store(out + 4 * v, e);
    sums = f32x4.add(sums, e);
  }
  let sum = sumLanes(sums);
  for (; v < V; v++) {
    const e = f32x4.extract_lane(exp(f32x4.sub(v128.load32_splat(x + 4 * v), shift)), 0);
    f32.store(out + 4 * v, e);
    sum += e;
  }
  return sum;
}

function sumOfExponentials(x: usize, V: i32, max: f32): f32 {
  const shift = f32x4.splat(max);
  let sums = zeros();
  let v = 0;
  for (; v + 4 <= V; v += 4) sums = f32x4.add(sums, exp(f32x4.sub(v128.load(x + 4 * v), shift)));
  let sum = sumLanes(sums);
  for (; v < V; v++) sum += f32x4.extract_lane(exp(f32x4.sub(v128.load32_splat(x + 4 * v), shift)), 0);
  return sum;
}

