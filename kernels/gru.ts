// The element-wise part of a GRU step, over `rows` streams and `columns` units of a state of size H.
// The gates z, r, ĥ of a unit are H numbers apart; the row stride is 3H for gates and H for everything else.
// `candidateInput` is the recurrent input of the candidate: r⊙h₋, or h₋·Whh + bh, with the reset applied after the product.
// The first form needs two kernels, with the product with Whh between them.
import { sigmoid, tanh } from './math';
import { madd, read, write } from './simd';

/** Overwrites the pre-activations x·Wx + h₋·Wh + b of z and r in gates (rows,3H) with z and r; candidateInput = r⊙h₋. */
export function gruResetForward(
  gates: usize, candidateInput: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) reset(true, gates + 4 * j, candidateInput + 4 * j, hBefore + 4 * j, H);
    for (; j < columns; j++) reset(false, gates + 4 * j, candidateInput + 4 * j, hBefore + 4 * j, H);
    gates += 12 * H;
    candidateInput += 4 * H;
    hBefore += 4 * H;
  }
}

/** Overwrites the pre-activation x·Wxh + candidateInput·Whh + b of ĥ in gates with ĥ; h = (1 − z)⊙h₋ + z⊙ĥ. */
export function gruUpdateForward(
  gates: usize, h: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) update(true, gates + 4 * j, h + 4 * j, hBefore + 4 * j, H);
    for (; j < columns; j++) update(false, gates + 4 * j, h + 4 * j, hBefore + 4 * j, H);
    gates += 12 * H;
    h += 4 * H;
    hBefore += 4 * H;
  }
}

/** Both in one kernel, with the reset after the product: ĥ = tanh(x·Wxh + b + r⊙candidateInput). */
export function gruForward(
  gates: usize, candidateInput: usize, h: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) whole(true, gates + 4 * j, candidateInput + 4 * j, h + 4 * j, hBefore + 4 * j, H);
    for (; j < columns; j++) whole(false, gates + 4 * j, candidateInput + 4 * j, h + 4 * j, hBefore + 4 * j, H);
    gates += 12 * H;
    candidateInput += 4 * H;
    h += 4 * H;
    hBefore += 4 * H;
  }
}

/** With d = dhs + dh: dz = d⊙(ĥ − h₋)⊙z(1 − z); dĥ = d⊙z⊙(1 − ĥ²); dh = d⊙(1 − z). */
export function gruUpdateBackward(
  dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      updateBack(true, dgates + 4 * j, dh + 4 * j, dhs + 4 * j, gates + 4 * j, hBefore + 4 * j, H);
    }
    for (; j < columns; j++) {
      updateBack(false, dgates + 4 * j, dh + 4 * j, dhs + 4 * j, gates + 4 * j, hBefore + 4 * j, H);
    }
    dgates += 12 * H;
    gates += 12 * H;
    dh += 4 * H;
    dhs += 4 * H;
    hBefore += 4 * H;
  }
}

/** The backward pass of candidateInput = r⊙h₋: dr = dcandidateInput⊙h₋⊙r(1 − r); dh += dcandidateInput⊙r. */
export function gruResetBackward(
  dgates: usize, dh: usize, dcandidateInput: usize, gates: usize, hBefore: usize, rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      resetBack(true, dgates + 4 * j, dh + 4 * j, dcandidateInput + 4 * j, gates + 4 * j, hBefore + 4 * j, H);
    }
    for (; j < columns; j++) {
      resetBack(false, dgates + 4 * j, dh + 4 * j, dcandidateInput + 4 * j, gates + 4 * j, hBefore + 4 * j, H);
    }
    dgates += 12 * H;
    gates += 12 * H;
    dh += 4 * H;
    dcandidateInput += 4 * H;
    hBefore += 4 * H;
  }
}

/**
 * gruUpdateBackward and the backward pass of r⊙candidateInput: dr = dĥ⊙candidateInput⊙r(1 − r);
 * dcandidateInput = dĥ⊙r.
 */
export function gruBackward(
  dgates: usize, dcandidateInput: usize, dh: usize, dhs: usize, gates: usize, candidateInput: usize, hBefore: usize,
  rows: i32, columns: i32, H: i32,
): void {
  for (let row = 0; row < rows; row++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = 4 * j;
      wholeBack(true, dgates + at, dcandidateInput + at, dh + at, dhs + at, gates + at, candidateInput + at, hBefore + at, H);
    }
    for (; j < columns; j++) {
      const at = 4 * j;
      wholeBack(false, dgates + at, dcandidateInput + at, dh + at, dhs + at, gates + at, candidateInput + at, hBefore + at, H);
    }
    dgates += 12 * H;
    gates += 12 * H;
    dcandidateInput += 4 * H;
    dh += 4 * H;
    dhs += 4 * H;
    candidateInput += 4 * H;
    hBefore += 4 * H;
  }
}

// @ts-ignore: decorator
@inline
function reset(four: bool, gates: usize, candidateInput: usize, hBefore: usize, H: i32): void {
  const z = sigmoid(read(four, gates));
  const r = sigmoid(read(four, gates + 4 * H));
  write(four, gates, z);
  write(four, gates + 4 * H, r);
  write(four, candidateInput, f32x4.mul(r, read(four, hBefore)));
}

// @ts-ignore: decorator
@inline
function update(four: bool, gates: usize, h: usize, hBefore: usize, H: i32): void {
  const candidate = tanh(read(four, gates + 8 * H));
  write(four, gates + 8 * H, candidate);
  const before = read(four, hBefore);
  write(four, h, madd(read(four, gates), f32x4.sub(candidate, before), before));
}

// @ts-ignore: decorator
@inline
function whole(four: bool, gates: usize, candidateInput: usize, h: usize, hBefore: usize, H: i32): void {
  const r = sigmoid(read(four, gates + 4 * H));
  write(four, gates, sigmoid(read(four, gates)));
  write(four, gates + 4 * H, r);
  write(four, gates + 8 * H, madd(r, read(four, candidateInput), read(four, gates + 8 * H)));
  update(four, gates, h, hBefore, H);
}

// @ts-ignore: decorator
@inline
function updateBack(four: bool, dgates: usize, dh: usize, dhs: usize, gates: usize, hBefore: usize, H: i32): void {
  const one = f32x4.splat(1);
  const z = read(four, gates);
  const candidate = read(four, gates + 8 * H);
  const d = f32x4.add(read(four, dhs), read(four, dh));
  const rest = f32x4.sub(one, z);
  const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(candidate, read(four, hBefore))), f32x4.mul(z, rest));
  write(four, dgates, dz);
  write(four, dgates + 8 * H, f32x4.mul(f32x4.mul(d, z), madd(f32x4.neg(candidate), candidate, one)));
  write(four, dh, f32x4.mul(d, rest));
}

// @ts-ignore: decorator
@inline
function resetBack(four: bool, dgates: usize, dh: usize, dcandidateInput: usize, gates: usize, hBefore: usize, H: i32): void {
  const r = read(four, gates + 4 * H);
  const d = read(four, dcandidateInput);
  const slope = f32x4.mul(r, f32x4.sub(f32x4.splat(1), r));
  write(four, dgates + 4 * H, f32x4.mul(f32x4.mul(d, read(four, hBefore)), slope));
  write(four, dh, madd(d, r, read(four, dh)));
}

// @ts-ignore: decorator
@inline
function wholeBack(
  four: bool, dgates: usize, dcandidateInput: usize, dh: usize, dhs: usize, gates: usize, candidateInput: usize, hBefore: usize, H: i32,
): void {
  updateBack(four, dgates, dh, dhs, gates, hBefore, H);
  const r = read(four, gates + 4 * H);
  const d = read(four, dgates + 8 * H);
  const slope = f32x4.mul(r, f32x4.sub(f32x4.splat(1), r));
  write(four, dgates + 4 * H, f32x4.mul(f32x4.mul(d, read(four, candidateInput)), slope));
  write(four, dcandidateInput, f32x4.mul(d, r));
}
