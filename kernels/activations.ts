import { madd, read, write, zeros } from './simd';
import { tanh } from './math';

// A block is one thread's part of a matrix: `rows` rows of `columns` numbers, with a row stride of `stride` numbers.

/** x = tanh x, over a block. */
export function tanhForward(x: usize, rows: i32, columns: i32, stride: i32): void {
  forward(false, x, rows, columns, stride);
}

/** x = max(0, x), over a block. */
export function reluForward(x: usize, rows: i32, columns: i32, stride: i32): void {
  forward(true, x, rows, columns, stride);
}

/** dt = (dh + dhNext) ⊙ (1 − h²), over a block; a null pointer dhNext counts as 0. */
export function tanhBackward(
  dt: usize, h: usize, dh: usize, dhNext: usize, rows: i32, columns: i32, stride: i32,
): void {
  if (dhNext) backward(false, true, dt, h, dh, dhNext, rows, columns, stride);
  else backward(false, false, dt, h, dh, 0, rows, columns, stride);
}

/** dt = dh + dhNext where h > 0, else 0, over a block; a null pointer dhNext counts as 0. */
export function reluBackward(
  dt: usize, h: usize, dh: usize, dhNext: usize, rows: i32, columns: i32, stride: i32,
): void {
  if (dhNext) backward(true, true, dt, h, dh, dhNext, rows, columns, stride);
  else backward(true, false, dt, h, dh, 0, rows, columns, stride);
}

// @ts-ignore: decorator
@inline
function forward(relu: bool, x: usize, rows: i32, columns: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) write(true, x + 4 * i, activation(relu, read(true, x + 4 * i)));
    for (; i < columns; i++) write(false, x + 4 * i, activation(relu, read(false, x + 4 * i)));
    x += 4 * stride;
  }
}

// @ts-ignore: decorator
@inline
function backward(
  relu: bool, next: bool, dt: usize, h: usize, dh: usize, dhNext: usize, rows: i32, columns: i32, stride: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let i = 0;
    for (; i + 4 <= columns; i += 4) back(true, relu, next, dt + 4 * i, h + 4 * i, dh + 4 * i, dhNext + 4 * i);
    for (; i < columns; i++) back(false, relu, next, dt + 4 * i, h + 4 * i, dh + 4 * i, dhNext + 4 * i);
    dt += 4 * stride;
    h += 4 * stride;
    dh += 4 * stride;
    dhNext += 4 * stride;
  }
}

// @ts-ignore: decorator
@inline
function activation(relu: bool, x: v128): v128 {
  return relu ? f32x4.max(x, zeros()) : tanh(x);
}

// @ts-ignore: decorator
@inline
function back(four: bool, relu: bool, next: bool, dt: usize, h: usize, dh: usize, dhNext: usize): void {
  const y = read(four, h);
  const d = next ? f32x4.add(read(four, dh), read(four, dhNext)) : read(four, dh);
  if (relu) write(four, dt, v128.and(d, f32x4.gt(y, zeros())));
  else write(four, dt, f32x4.mul(d, madd(f32x4.neg(y), y, f32x4.splat(1))));
}
