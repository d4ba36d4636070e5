// The LSTM beside its products: one step, over `rows` streams and `columns` units of a state of H.
// The gates f, g, i, o of a unit lie H numbers apart, those of a stream 4H; states lie H apart a stream.
import { sigmoid, tanh } from './math';
import { madd, read, write } from './simd';

/** gates (rows,4H) hold x·Wx + h₋·Wh + b and become f, g, i, o; c = f⊙c₋ + g⊙i; h = o⊙tanh c. */
export function lstmForward(
  gates: usize, h: usize, c: usize, cBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) forward(true, gates + 4 * j, h + 4 * j, c + 4 * j, cBefore + 4 * j, H);
    for (; j < columns; j++) forward(false, gates + 4 * j, h + 4 * j, c + 4 * j, cBefore + 4 * j, H);
    gates += 16 * H;
    h += 4 * H;
    c += 4 * H;
    cBefore += 4 * H;
  }
}

/**
 * dgates (rows,4H), the gradient by what the gates were made of, from dhs + dh by h and dc by c, which
 * becomes the gradient by c₋. With d = dhs + dh and dc += d⊙o⊙(1 − tanh² c):
 * df = dc⊙c₋⊙f(1 − f); dg = dc⊙i⊙(1 − g²); di = dc⊙g⊙i(1 − i); do = d⊙tanh c⊙o(1 − o); dc = dc⊙f.
 */
export function lstmBackward(
  dgates: usize, dc: usize, dh: usize, dhs: usize, gates: usize, c: usize, cBefore: usize,
  rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = 4 * j;
      backward(true, dgates + at, dc + at, dh + at, dhs + at, gates + at, c + at, cBefore + at, H);
    }
    for (; j < columns; j++) {
      const at = 4 * j;
      backward(false, dgates + at, dc + at, dh + at, dhs + at, gates + at, c + at, cBefore + at, H);
    }
    dgates += 16 * H;
    gates += 16 * H;
    dc += 4 * H;
    dh += 4 * H;
    dhs += 4 * H;
    c += 4 * H;
    cBefore += 4 * H;
  }
}

// @ts-ignore: decorator
@inline
function forward(four: bool, gates: usize, h: usize, c: usize, cBefore: usize, H: i32): void {
  const gate = 4 * H;
  const f = sigmoid(read(four, gates));
  const g = tanh(read(four, gates + gate));
  const i = sigmoid(read(four, gates + 2 * gate));
  const o = sigmoid(read(four, gates + 3 * gate));
  const cell = madd(g, i, f32x4.mul(f, read(four, cBefore)));
  write(four, gates, f);
  write(four, gates + gate, g);
  write(four, gates + 2 * gate, i);
  write(four, gates + 3 * gate, o);
  write(four, c, cell);
  write(four, h, f32x4.mul(o, tanh(cell)));
}

// @ts-ignore: decorator
@inline
function backward(
  four: bool, dgates: usize, dc: usize, dh: usize, dhs: usize, gates: usize, c: usize, cBefore: usize, H: i32,
): void {
  const gate = 4 * H;
  const one = f32x4.splat(1);
  const f = read(four, gates);
  const g = read(four, gates + gate);
  const i = read(four, gates + 2 * gate);
  const o = read(four, gates + 3 * gate);
  const y = tanh(read(four, c));
  const d = f32x4.add(read(four, dhs), read(four, dh));
  const dcell = madd(f32x4.mul(d, o), madd(f32x4.neg(y), y, one), read(four, dc));
  const df = f32x4.mul(f32x4.mul(dcell, read(four, cBefore)), f32x4.mul(f, f32x4.sub(one, f)));
  write(four, dgates, df);
  write(four, dgates + gate, f32x4.mul(f32x4.mul(dcell, i), madd(f32x4.neg(g), g, one)));
  write(four, dgates + 2 * gate, f32x4.mul(f32x4.mul(dcell, g), f32x4.mul(i, f32x4.sub(one, i))));
  write(four, dgates + 3 * gate, f32x4.mul(f32x4.mul(d, y), f32x4.mul(o, f32x4.sub(one, o))));
  write(four, dc, f32x4.mul(dcell, f));
}
