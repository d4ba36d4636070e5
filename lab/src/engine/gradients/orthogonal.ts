/** Makes the columns of each H×H block of Wh (H, G·H) orthonormal, by the modified Gram–Schmidt process. Row-major, in place. */
export function orthogonalise(Wh: Float64Array, H: number): void {
  const width = Wh.length / H;
  for (let column = 0; column < width; column++) {
    for (let earlier = column - (column % H); earlier < column; earlier++) {
      subtract(Wh, width, column, earlier, product(Wh, width, column, earlier));
    }
    const norm = Math.sqrt(product(Wh, width, column, column));
    for (let at = column; at < Wh.length; at += width) Wh[at] /= norm;
  }
}

function product(W: Float64Array, width: number, a: number, b: number): number {
  let sum = 0;
  for (let row = 0; row < W.length; row += width) sum += W[row + a] * W[row + b];
  return sum;
}

function subtract(W: Float64Array, width: number, from: number, other: number, times: number): void {
  for (let row = 0; row < W.length; row += width) W[row + from] -= times * W[row + other];
}
