import type { Tensor } from '../../tensor/tensor.ts';

/** The numbers of tensors in float64, to read and to write. */
export function views(...tensors: readonly Tensor[]): Float64Array[] {
  return tensors.map((tensor) => tensor.view() as Float64Array);
}

/** Visits unit j of stream n; `at` is the index of its first gate. */
export function eachUnit(
  size: number,
  H: number,
  G: number,
  visit: (n: number, j: number, at: number) => void,
): void {
  for (let n = 0; n < size / H; n++) for (let j = 0; j < H; j++) visit(n, j, n * G * H + j);
}

/** Never 0, like the sigmoid of the kernels, so that i/(f + i) is never NaN. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(Math.min(-x, 700)));
}
