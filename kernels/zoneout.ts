// Zoneout (Krueger et al. 2017): a unit of a state keeps its previous value, or a fraction k of it.
// A block is `rows` rows of `columns` numbers with a row stride of `stride`; its first number has the index `first` over all
// steps of the state. With a threshold, k is 1 if hash(index) < threshold, else 0; without one, k is `rate`, the expectation.
import { indicesFrom, kept } from './dropout';
import { madd, read, write, zeros } from './simd';

/** s = k⊙before + (1 − k)⊙s; `candidate`, unless it is a null pointer, receives the old s. */
export function zoneoutForward(
  s: usize, candidate: usize, before: usize, rows: i32, columns: i32, stride: i32, first: i32,
  key0: i32, key1: i32, threshold: u32, rate: f32,
): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      forward(true, s + 4 * i, candidate ? candidate + 4 * i : 0, before + 4 * i, first + i, key0, key1, threshold, rate);
    }
    for (; i < columns; i++) {
      forward(false, s + 4 * i, candidate ? candidate + 4 * i : 0, before + 4 * i, first + i, key0, key1, threshold, rate);
    }
    s += 4 * stride;
    if (candidate) candidate += 4 * stride;
    before += 4 * stride;
    first += stride;
  }
}

/** skip = k⊙(d + above), d = (1 − k)⊙(d + above); a null pointer `above` counts as 0. */
export function zoneoutBackward(
  skip: usize, d: usize, above: usize, rows: i32, columns: i32, stride: i32, first: i32,
  key0: i32, key1: i32, threshold: u32, rate: f32,
): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) {
      backward(true, skip + 4 * i, d + 4 * i, above ? above + 4 * i : 0, first + i, key0, key1, threshold, rate);
    }
    for (; i < columns; i++) {
      backward(false, skip + 4 * i, d + 4 * i, above ? above + 4 * i : 0, first + i, key0, key1, threshold, rate);
    }
    skip += 4 * stride;
    d += 4 * stride;
    if (above) above += 4 * stride;
    first += stride;
  }
}

/** x = x + y, over a block. */
export function addBlock(x: usize, y: usize, rows: i32, columns: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) write(true, x + 4 * i, f32x4.add(read(true, x + 4 * i), read(true, y + 4 * i)));
    for (; i < columns; i++) write(false, x + 4 * i, f32x4.add(read(false, x + 4 * i), read(false, y + 4 * i)));
    x += 4 * stride;
    y += 4 * stride;
  }
}

// @ts-ignore: decorator
@inline
function forward(
  four: bool, s: usize, candidate: usize, before: usize, index: i32, key0: i32, key1: i32, threshold: u32, rate: f32,
): void {
  const now = read(four, s);
  const then = read(four, before);
  if (candidate) write(four, candidate, now);
  if (threshold) write(four, s, v128.bitselect(now, then, kept(indicesFrom(index), key0, key1, threshold)));
  else write(four, s, madd(f32x4.splat(rate), f32x4.sub(then, now), now));
}

// @ts-ignore: decorator
@inline
function backward(
  four: bool, skip: usize, d: usize, above: usize, index: i32, key0: i32, key1: i32, threshold: u32, rate: f32,
): void {
  const sum = f32x4.add(read(four, d), above ? read(four, above) : zeros());
  if (threshold) {
    const through = kept(indicesFrom(index), key0, key1, threshold);
    write(four, skip, v128.andnot(sum, through));
    write(four, d, v128.and(sum, through));
  } else {
    write(four, skip, f32x4.mul(sum, f32x4.splat(rate)));
    write(four, d, f32x4.mul(sum, f32x4.splat(1 - rate)));
  }
}
