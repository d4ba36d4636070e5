import type { Tensor } from '../../src/tensor/tensor.ts';

/** start_j + Σ_i x_i·W_ij for one column j of W. */
export function sumOf(x: readonly number[], W: Tensor, j: number, start = 0): number {
  const [values, columns] = [W.values(), W.shape[1]];
  return x.reduce((sum, xi, i) => sum + xi * values[i * columns + j], start);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
