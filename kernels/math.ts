// exp, tanh, sigmoid and log from additions and multiplications only: the same bits on every engine.
// NaN in, NaN out: the operands of each min and max are in the order that propagates NaN.
import { madd } from './simd';

const LOG2_E: f32 = 1.44269504088896341;
/** ln 2 in two parts, so that x − n·ln 2 is exact (Cody and Waite 1980). */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** 1.5·2²³: adding it rounds a number to the nearest integer and leaves it in the low bits. */
const SHIFT: f32 = 12582912;

/**
 * eˣ for four numbers, to within 2 units in the last place between −87.3 and 88; clamped outside.
 * Range reduction and polynomial of Cephes expf (Moshier 1989).
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.33654)), f32x4.splat(88.02969));
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(SHIFT));
  const n = f32x4.sub(shifted, f32x4.splat(SHIFT));
  let r = madd(n, f32x4.splat(-LN2_HIGH), x);
  r = madd(n, f32x4.splat(-LN2_LOW), r);
  let p = f32x4.splat(1.9875691500e-4);
  p = madd(p, r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  // 2ⁿ by its exponent bits: those of `shifted` end with n; the bits above are shifted out.
  const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/**
 * tanh for four numbers, to within 3 units in the last place.
 * Cephes tanhf (Moshier 1989): a polynomial below 0.625, 1 − 2/(e²ˣ + 1) above.
 */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const size = v128.andnot(x, i32x4.splat(0x80000000));
  const e = exp(f32x4.add(size, size));
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = madd(p, z, f32x4.splat(2.06390887954e-2));
  p = madd(p, z, f32x4.splat(-5.37397155531e-2));
  p = madd(p, z, f32x4.splat(1.33314422036e-1));
  p = madd(p, z, f32x4.splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(v128.or(far, sign), near, f32x4.gt(size, f32x4.splat(0.625)));
}

/** 1/(1 + e⁻ˣ) for four numbers. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

/**
 * The natural logarithm of a normal positive number, in float64; NaN and ∞ are returned unchanged.
 * x = m·2ᵉ with m in [√½, √2); log m = 2(s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1).
 */
export function log(x: f64): f64 {
  if (!(x < f64.MAX_VALUE)) return x;
  const bits = reinterpret<i64>(x);
  let exponent = <f64>((bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series: f64 = 0;
  for (let odd: f64 = 21; odd >= 1; odd -= 2) series = series * square + 1 / odd;
  return 2 * s * series + exponent * 0.6931471805599453;
}
