/**
 * Adds the product x·W to sums, where W (K, C) is row-major: sums[j] += Σₖ x[k]·W[k, j], for the columns `from` to before `to`.
 * Eight rows at a time, so that each sum is read and written once for eight products.
 */
export function addProduct(
  sums: Float64Array,
  x: Float64Array,
  W: Float32Array,
  from: number = 0,
  to: number = sums.length,
): void {
  const C = W.length / x.length;
  let k = 0;
  for (; k + 8 <= x.length; k += 8) {
    const [x0, x1, x2, x3] = [x[k], x[k + 1], x[k + 2], x[k + 3]];
    const [x4, x5, x6, x7] = [x[k + 4], x[k + 5], x[k + 6], x[k + 7]];
    for (let j = from, at = k * C + from; j < to; j++, at++) {
      const low = x0 * W[at] + x1 * W[at + C] + x2 * W[at + 2 * C] + x3 * W[at + 3 * C];
      const high = x4 * W[at + 4 * C] + x5 * W[at + 5 * C] + x6 * W[at + 6 * C] + x7 * W[at + 7 * C];
      sums[j] += low + high;
    }
  }
  for (; k < x.length; k++) {
    for (let j = from; j < to; j++) sums[j] += x[k] * W[k * C + j];
  }
}

/**
 * Adds the product x·Wᵀ to sums, where W (R, K) is row-major: sums[r] += Σₖ x[k]·W[r, k]. Eight rows at a time, so that each x[k]
 * is read once for eight products.
 */
export function addTransposedProduct(sums: Float64Array, x: Float64Array, W: Float32Array): void {
  const K = x.length;
  let r = 0;
  for (; r + 8 <= sums.length; r += 8) {
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let k = 0, at = r * K; k < K; k++, at++) {
      const y = x[k];
      a += y * W[at];
      b += y * W[at + K];
      c += y * W[at + 2 * K];
      d += y * W[at + 3 * K];
      e += y * W[at + 4 * K];
      f += y * W[at + 5 * K];
      g += y * W[at + 6 * K];
      h += y * W[at + 7 * K];
    }
    for (const [i, sum] of [a, b, c, d, e, f, g, h].entries()) sums[r + i] += sum;
  }
  for (; r < sums.length; r++) {
    for (let k = 0; k < K; k++) sums[r] += x[k] * W[r * K + k];
  }
}
