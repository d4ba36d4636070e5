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
