// Samples one token per row of logits.
import { sumOfPowers } from './softmax';
import { sumLanes, zeros } from './simd';

/** The block size of a sum: exponentials are summed in float32 within a block, the sums of blocks in float64. */
const BLOCK = 128;

/**
 * ids (M): one index per row of the logits xs (M,V), sampled from softmax(a·xs). draws (M,3) holds a, and a uniform number
 * split into two addends. a = 0 selects the highest logit, ties by lower id; a = NaN skips the row. The id is −1 for a skipped
 * row and for a row whose highest logit is not finite; other rows are overwritten.
 */
export function drawRows(ids: usize, xs: usize, draws: usize, M: i32, V: i32): void {
  for (let m = 0; m < M; m++) {
    const x = xs + 4 * <usize>m * <usize>V;
    const a = f32.load(draws + 12 * m);
    const uniform = <f64>f32.load(draws + 12 * m, 4) + <f64>f32.load(draws + 12 * m, 8);
    i32.store(ids + 4 * m, a == a ? drawRow(x, a, uniform, V) : -1);
  }
}

function drawRow(x: usize, a: f32, uniform: f64, V: i32): i32 {
  const max = highest(x, V);
  if (!isFinite(max)) return -1;
  if (a == 0) return placeOf(x, max);
  let sum: f64 = 0;
  for (let v = 0; v < V; v += BLOCK) sum += <f64>sumOfPowers(x + 4 * v, x + 4 * v, a, min(BLOCK, V - v), max);
  return search(x, uniform * sum, V);
}

/** The first index whose cumulative sum is above `rest`. */
function search(x: usize, rest: f64, V: i32): i32 {
  for (let v = 0; v < V; v += BLOCK) {
    const end = min(V, v + BLOCK);
    const sum = <f64>sumOfBlock(x, v, end);
    if (rest < sum) return searchBlock(x, rest, v, end);
    rest -= sum;
  }
  // Rounding can leave a remainder: then the last index with a positive weight is selected.
  return lastAbove0(x, V);
}

function searchBlock(x: usize, rest: f64, v: i32, end: i32): i32 {
  for (; v < end; v++) {
    rest -= <f64>f32.load(x + 4 * v);
    if (rest < 0) return v;
  }
  return lastAbove0(x, end);
}

function lastAbove0(x: usize, end: i32): i32 {
  let v = end - 1;
  while (f32.load(x + 4 * v) == 0) v--;
  return v;
}

function placeOf(x: usize, number: f32): i32 {
  let v = 0;
  while (f32.load(x + 4 * v) != number) v++;
  return v;
}

/** The maximum of V numbers; NaN if there is a NaN. */
function highest(x: usize, V: i32): f32 {
  let most = v128.load32_splat(x);
  let other = most;
  let isNone = zeros();
  let v = 0;
  // pmax is one instruction, max is six; pmax ignores NaN. Two accumulators run in parallel.
  for (; v + 8 <= V; v += 8) {
    const first = v128.load(x + 4 * v);
    const second = v128.load(x + 4 * v, 16);
    isNone = v128.or(isNone, v128.or(f32x4.ne(first, first), f32x4.ne(second, second)));
    most = f32x4.pmax(most, first);
    other = f32x4.pmax(other, second);
  }
  for (; v < V; v++) {
    const number = v128.load32_splat(x + 4 * v);
    isNone = v128.or(isNone, f32x4.ne(number, number));
    most = f32x4.pmax(most, number);
  }
  if (v128.any_true(isNone)) return NaN;
  most = f32x4.pmax(most, other);
  const low = f32.max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1));
  return f32.max(low, f32.max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)));
}

/** The sum of the exponentials that `sumOfPowers` stored, bit-identical to its result. */
// @ts-ignore: decorator
@inline
function sumOfBlock(x: usize, v: i32, end: i32): f32 {
  let sums = zeros();
  for (; v + 4 <= end; v += 4) sums = f32x4.add(sums, v128.load(x + 4 * v));
  let sum = sumLanes(sums);
  for (; v < end; v++) sum += f32.load(x + 4 * v);
  return sum;
}
