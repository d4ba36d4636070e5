// Sums and products only, which have the same bits in every engine; `**` and Math.cos may differ.

/** base to the power of an integer exponent ≥ 0. */
export function power(base: number, exponent: number): number {
  let [result, square] = [1, base];
  for (let rest = exponent; rest >= 1; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** Cosine decay (1 + cos πx)/2 = cos² πx/2: falls from 1 to 0 as x goes from 0 to 1. Accurate to 1e-15. */
export function cosineDecay(x: number): number {
  const y = (Math.PI / 2) * x;
  let cosine = 1;
  for (let n = 24; n >= 2; n -= 2) cosine = 1 - ((y * y) / ((n - 1) * n)) * cosine;
  return cosine * cosine;
}

/** ln 2 in two parts: the first has so few bits that its multiples up to 1100 are exact. */
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];
/** The rational approximation of exp on ±½ ln 2, lowest coefficient first (fdlibm's e_exp.c, Sun Microsystems 1993). */
const P = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
];

/** e to the power of x, within 1 ulp: with x = k·ln 2 + r, it is 2^k·e^r. */
export function exp(x: number): number {
  if (Number.isNaN(x) || x > 709.782712893384 || x < -745.1332191019411)
    return x > 0 ? Infinity : x < 0 ? 0 : x;
  if (Math.abs(x) < 2 ** -28) return 1 + x;
  if (x === 1) return Math.E;
  // Within ½ ln 2, k is 0; within 1½ ln 2 it is ±1; elsewhere x / ln 2, rounded.
  const size = Math.abs(x) / Math.LN2;
  const k = size < 0.5 ? 0 : size < 1.5 ? Math.sign(x) : Math.trunc(x / Math.LN2 + (x < 0 ? -0.5 : 0.5));
  const [high, low] = [x - k * LN2_HIGH, k * LN2_LOW];
  const r = high - low;
  const t = r * r;
  const c = r - t * (P[0] + t * (P[1] + t * (P[2] + t * (P[3] + t * P[4]))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // In two steps, because 2^k alone may be too small for a normal number.
  return k > 1000 ? y * 2 ** (k - 100) * 2 ** 100 : k < -1000 ? y * 2 ** (k + 100) * 2 ** -100 : y * 2 ** k;
}
