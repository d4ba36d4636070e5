// The element-wise part of an LSTM or CIFG step, over `rows` streams and `columns` units of a state of size H.
// The gates of a unit, f, g, i, o or f, g, o, are H numbers apart; the row stride is 4H or 3H for gates and H for states.
// In the CIFG i = 1 − f.
import { sigmoid, tanh } from './math';
import { madd, read, write } from './simd';

/** Overwrites the pre-activations x·Wx + h₋·Wh + b in gates (rows,4H) with f, g, i, o; c = f⊙c₋ + g⊙i; h = o⊙tanh c. */
export function lstmForward(
  gates: usize, h: usize, c: usize, cBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  forward(false, gates, h, c, cBefore, rows, columns, H);
}

/** The same for gates (rows,3H), f, g, o: c = f⊙c₋ + (1 − f)⊙g; h = o⊙tanh c. */
export function cifgForward(
  gates: usize, h: usize, c: usize, cBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  forward(true, gates, h, c, cBefore, rows, columns, H);
}

/**
 * dgates (rows,4H), the gradient w.r.t. the gate pre-activations, from dhs + dh w.r.t. h and dc w.r.t. c. dc is overwritten
 * with the gradient w.r.t. c₋. With d = dhs + dh and dc += d⊙o⊙(1 − tanh² c):
 * df = dc⊙c₋⊙f(1 − f); dg = dc⊙i⊙(1 − g²); di = dc⊙g⊙i(1 − i); do = d⊙tanh c⊙o(1 − o); dc = dc⊙f.
 */
export function lstmBackward(
  dgates: usize, dc: usize, dh: usize, dhs: usize, gates: usize, c: usize, cBefore: usize,
  rows: i32, columns: i32, H: i32,
): void {
  backward(false, dgates, dc, dh, dhs, gates, c, cBefore, rows, columns, H);
}

/** The same for dgates (rows,3H), where df = dc⊙(c₋ − g)⊙f(1 − f) and dg = dc⊙(1 − f)⊙(1 − g²). */
export function cifgBackward(
  dgates: usize, dc: usize, dh: usize, dhs: usize, gates: usize, c: usize, cBefore: usize,
  rows: i32, columns: i32, H: i32,
): void {
  backward(true, dgates, dc, dh, dhs, gates, c, cBefore, rows, columns, H);
}

// The loops of both cells; `coupled` is a compile-time constant at each call.

// @ts-ignore: decorator
@inline
function forward(
  coupled: bool, gates: usize, h: usize, c: usize, cBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) step(coupled, true, gates + 4 * j, h + 4 * j, c + 4 * j, cBefore + 4 * j, H);
    for (; j < columns; j++) step(coupled, false, gates + 4 * j, h + 4 * j, c + 4 * j, cBefore + 4 * j, H);
    gates += (coupled ? 12 : 16) * H;
    h += 4 * H;
    c += 4 * H;
    cBefore += 4 * H;
  }
}

// @ts-ignore: decorator
@inline
function backward(
  coupled: bool, dgates: usize, dc: usize, dh: usize, dhs: usize, gates: usize, c: usize, cBefore: usize,
  rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = 4 * j;
      back(coupled, true, dgates + at, dc + at, dh + at, dhs + at, gates + at, c + at, cBefore + at, H);
    }
    for (; j < columns; j++) {
      const at = 4 * j;
      back(coupled, false, dgates + at, dc + at, dh + at, dhs + at, gates + at, c + at, cBefore + at, H);
    }
    dgates += (coupled ? 12 : 16) * H;
    gates += (coupled ? 12 : 16) * H;
    dc += 4 * H;
    dh += 4 * H;
    dhs += 4 * H;
    c += 4 * H;
    cBefore += 4 * H;
  }
}

// @ts-ignore: decorator
@inline
function step(coupled: bool, four: bool, gates: usize, h: usize, c: usize, cBefore: usize, H: i32): void {
  const gate = 4 * H;
  const output = gates + (coupled ? 2 : 3) * gate;
  const f = sigmoid(read(four, gates));
  const g = tanh(read(four, gates + gate));
  const i = coupled ? f32x4.sub(f32x4.splat(1), f) : sigmoid(read(four, gates + 2 * gate));
  const o = sigmoid(read(four, output));
  const cell = madd(g, i, f32x4.mul(f, read(four, cBefore)));
  write(four, gates, f);
  write(four, gates + gate, g);
  if (!coupled) write(four, gates + 2 * gate, i);
  write(four, output, o);
  write(four, c, cell);
  write(four, h, f32x4.mul(o, tanh(cell)));
}

// @ts-ignore: decorator
@inline
function back(
  coupled: bool, four: bool, dgates: usize, dc: usize, dh: usize, dhs: usize, gates: usize, c: usize,
  cBefore: usize, H: i32,
): void {
  const gate = 4 * H;
  const output = (coupled ? 2 : 3) * gate;
  const one = f32x4.splat(1);
  const f = read(four, gates);
  const g = read(four, gates + gate);
  const o = read(four, gates + output);
  const y = tanh(read(four, c));
  const before = read(four, cBefore);
  const d = f32x4.add(read(four, dhs), read(four, dh));
  const dcell = madd(f32x4.mul(d, o), madd(f32x4.neg(y), y, one), read(four, dc));
  const i = coupled ? f32x4.sub(one, f) : read(four, gates + 2 * gate);
  const ofF = coupled ? f32x4.sub(before, g) : before;
  write(four, dgates, f32x4.mul(f32x4.mul(dcell, ofF), f32x4.mul(f, f32x4.sub(one, f))));
  write(four, dgates + gate, f32x4.mul(f32x4.mul(dcell, i), madd(f32x4.neg(g), g, one)));
  if (!coupled) {
    write(four, dgates + 2 * gate, f32x4.mul(f32x4.mul(dcell, g), f32x4.mul(i, f32x4.sub(one, i))));
  }
  write(four, dgates + output, f32x4.mul(f32x4.mul(d, y), f32x4.mul(o, f32x4.sub(one, o))));
  write(four, dc, f32x4.mul(dcell, f));
}
