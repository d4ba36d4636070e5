// The element-wise part of a minGRU or minLSTM step, h = (1 − z)⊙h₋ + z⊙ĥ, over `rows` streams and `columns` units of a
// state of size H. The gates of a unit, z, ĥ or f, i, ĥ, are H numbers apart; the row stride is 2H or 3H for gates and H for
// everything else. ĥ is linear and is not overwritten.
import { sigmoid } from './math';
import { madd, read, write } from './simd';

/** Overwrites x·Wx + b in gates (rows,2H) with z, ĥ. */
export function minGruForward(gates: usize, h: usize, hBefore: usize, rows: i32, columns: i32, H: i32): void {
  forward(false, gates, h, hBefore, rows, columns, H);
}

/** Overwrites x·Wx + b in gates (rows,3H) with f, i, ĥ; z = i/(f + i). */
export function minLstmForward(gates: usize, h: usize, hBefore: usize, rows: i32, columns: i32, H: i32): void {
  forward(true, gates, h, hBefore, rows, columns, H);
}

/** With d = dhs + dh: dĥ = d⊙z; dh = d⊙(1 − z); w.r.t. the pre-activation of z, d⊙(ĥ − h₋)⊙z(1 − z). */
export function minGruBackward(
  dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  backward(false, dgates, dh, dhs, gates, hBefore, rows, columns, H);
}

/**
 * With s = d⊙(ĥ − h₋)⊙z(1 − z), the gradients w.r.t. the pre-activations of f and i: −s⊙(1 − f), s⊙(1 − i).
 */
export function minLstmBackward(
  dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  backward(true, dgates, dh, dhs, gates, hBefore, rows, columns, H);
}

// The loops of both cells; `lstm` is a compile-time constant at each call.

// @ts-ignore: decorator
@inline
function forward(lstm: bool, gates: usize, h: usize, hBefore: usize, rows: i32, columns: i32, H: i32): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) step(lstm, true, gates + 4 * j, h + 4 * j, hBefore + 4 * j, H);
    for (; j < columns; j++) step(lstm, false, gates + 4 * j, h + 4 * j, hBefore + 4 * j, H);
    gates += (lstm ? 12 : 8) * H;
    h += 4 * H;
    hBefore += 4 * H;
  }
}

// @ts-ignore: decorator
@inline
function step(lstm: bool, four: bool, gates: usize, h: usize, hBefore: usize, H: i32): void {
  if (lstm) lstmStep(four, gates, h, hBefore, H);
  else gruStep(four, gates, h, hBefore, H);
}

// @ts-ignore: decorator
@inline
function backward(
  lstm: bool, dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      back(lstm, true, dgates + 4 * j, dh + 4 * j, dhs + 4 * j, gates + 4 * j, hBefore + 4 * j, H);
    }
    for (; j < columns; j++) {
      back(lstm, false, dgates + 4 * j, dh + 4 * j, dhs + 4 * j, gates + 4 * j, hBefore + 4 * j, H);
    }
    dgates += (lstm ? 12 : 8) * H;
    gates += (lstm ? 12 : 8) * H;
    dh += 4 * H;
    dhs += 4 * H;
    hBefore += 4 * H;
  }
}

// @ts-ignore: decorator
@inline
function back(lstm: bool, four: bool, dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, H: i32): void {
  if (lstm) lstmBack(four, dgates, dh, dhs, gates, hBefore, H);
  else gruBack(four, dgates, dh, dhs, gates, hBefore, H);
}

// @ts-ignore: decorator
@inline
function gruStep(four: bool, gates: usize, h: usize, hBefore: usize, H: i32): void {
  const z = sigmoid(read(four, gates));
  write(four, gates, z);
  blend(four, h, z, gates + 4 * H, hBefore);
}

// @ts-ignore: decorator
@inline
function lstmStep(four: bool, gates: usize, h: usize, hBefore: usize, H: i32): void {
  const f = sigmoid(read(four, gates));
  const i = sigmoid(read(four, gates + 4 * H));
  write(four, gates, f);
  write(four, gates + 4 * H, i);
  blend(four, h, share(f, i), gates + 8 * H, hBefore);
}

/** i/(f + i). It is never NaN, because the kernels' σ is never 0. */
// @ts-ignore: decorator
@inline
function share(f: v128, i: v128): v128 {
  return f32x4.div(i, f32x4.add(f, i));
}

/** h = h₋ + z⊙(ĥ − h₋) */
// @ts-ignore: decorator
@inline
function blend(four: bool, h: usize, z: v128, candidate: usize, hBefore: usize): void {
  const before = read(four, hBefore);
  write(four, h, madd(z, f32x4.sub(read(four, candidate), before), before));
}

// @ts-ignore: decorator
@inline
function gruBack(four: bool, dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, H: i32): void {
  const slope = blendBack(four, dgates + 4 * H, dh, dhs, read(four, gates), gates + 4 * H, hBefore);
  write(four, dgates, slope);
}

// @ts-ignore: decorator
@inline
function lstmBack(four: bool, dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, H: i32): void {
  const one = f32x4.splat(1);
  const f = read(four, gates);
  const i = read(four, gates + 4 * H);
  const slope = blendBack(four, dgates + 8 * H, dh, dhs, share(f, i), gates + 8 * H, hBefore);
  write(four, dgates, f32x4.mul(slope, f32x4.sub(f, one)));
  write(four, dgates + 4 * H, f32x4.mul(slope, f32x4.sub(one, i)));
}

/** Writes dĥ and dh; returns d⊙(ĥ − h₋)⊙z(1 − z). */
// @ts-ignore: decorator
@inline
function blendBack(
  four: bool, dcandidate: usize, dh: usize, dhs: usize, z: v128, candidate: usize, hBefore: usize,
): v128 {
  const d = f32x4.add(read(four, dhs), read(four, dh));
  const rest = f32x4.sub(f32x4.splat(1), z);
  const change = f32x4.sub(read(four, candidate), read(four, hBefore));
  write(four, dcandidate, f32x4.mul(d, z));
  write(four, dh, f32x4.mul(d, rest));
  return f32x4.mul(f32x4.mul(d, change), f32x4.mul(z, rest));
}
