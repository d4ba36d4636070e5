import type { TensorView } from '../../tensor/tensor.ts';
import { newtonSchulzSteps } from '../newton-schulz.ts';

type Matrix = number[][];

/** `Backend.orthogonalise` of x (R, blocks·C). */
export function orthogonaliseBlocks(x: TensorView, C: number, blocks: number): void {
  const stride = blocks * C;
  const rows = Array.from({ length: x.length / stride }, (_, row) => row * stride);
  for (let first = 0; first < stride; first += C) {
    const X = rows.map((at) => Array.from(x.subarray(at + first, at + first + C)));
    const out = rows.length <= C ? orthogonalised(X) : transposed(orthogonalised(transposed(X)));
    rows.forEach((at, row) => {
      x.set(out[row], at + first);
    });
  }
}

/** X ← aX + bSX + cS²X, where S = XXᵀ, of a matrix with at least as many columns as rows. */
function orthogonalised(x: Matrix): Matrix {
  const norm = schattenNorm(x);
  if (norm === 0) return x;
  let X = combined([1 / norm, x]);
  for (const [a, b, c] of newtonSchulzSteps) {
    const S = product(X, transposed(X));
    const SX = product(S, X);
    X = combined([a, X], [b, SX], [c, product(S, SX)]);
  }
  return X;
}

/** The Schatten 8-norm: the eighth root of the sum of the squares of S². */
function schattenNorm(X: Matrix): number {
  const S = product(X, transposed(X));
  return (
    product(S, S)
      .flat()
      .reduce((sum, value) => sum + value * value, 0) **
    (1 / 8)
  );
}

function product(a: Matrix, b: Matrix): Matrix {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => row.reduce((sum, value, k) => sum + value * column[k], 0)));
}

const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));

/** Σ aᵢ·Xᵢ */
function combined(...terms: readonly (readonly [a: number, X: Matrix])[]): Matrix {
  return terms[0][1].map((row, i) => row.map((_, j) => terms.reduce((sum, [a, X]) => sum + a * X[i][j], 0)));
}
