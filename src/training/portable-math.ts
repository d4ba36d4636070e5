// Made of sums and products alone, which are exact to the bit everywhere; `**` and Math.cos may differ between engines.

/** base to the power of a whole exponent from 0 on. */
export function power(base: number, exponent: number): number {
  let [result, square] = [1, base];
  for (let rest = exponent; rest >= 1; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** (1 + cos πx)/2: from 1 down to 0 while x goes from 0 to 1. To within 1e-15. */
export function cosineFall(x: number): number {
  // cos πx = −sin y for y = π(x − ½), from −π/2 to π/2, where the series needs twelve terms.
  const y = Math.PI * (x - 0.5);
  let series = 0;
  for (let n = 23; n >= 1; n -= 2) series = 1 - ((y * y) / ((n + 1) * (n + 2))) * series;
  return (1 - y * series) / 2;
}
