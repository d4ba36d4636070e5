import type { Random } from '../../../tensor/random.ts';

/** Rotations of almost orthogonal rows are left out; sweeps converge quadratically, so few are needed. */
const [TOLERANCE, MAX_SWEEPS] = [1e-11, 30];

/** (rows, columns) → (columns, rows). */
export function transposed(x: Float64Array, columns: number): Float64Array {
  const rows = x.length / columns;
  const out = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}

/** a (M, K) · b (K, N) → (M, N). */
export function product(a: Float64Array, b: Float64Array, K: number): Float64Array {
  const [M, N] = [a.length / K, b.length / K];
  const out = new Float64Array(M * N);
  for (let i = 0; i < M; i++) {
    for (let k = 0; k < K; k++) addRow(out, i, a[i * K + k], b, k, N);
  }
  return out;
}

/**
 * Makes the rows (k, n) orthonormal, k ≤ n, in place: the modified Gram–Schmidt process. The second time removes what the
 * rounding of the first leaves of almost dependent rows. Rows of zeros stay.
 */
export function orthonormalise(x: Float64Array, n: number): Float64Array {
  return gramSchmidt(gramSchmidt(x, n), n);
}

function gramSchmidt(x: Float64Array, n: number): Float64Array {
  const k = x.length / n;
  for (let i = 0; i < k; i++) {
    const norm = Math.sqrt(dot(x, i, i, n));
    const scale = norm > 0 ? 1 / norm : 0;
    for (let j = i * n; j < (i + 1) * n; j++) x[j] *= scale;
    for (let other = i + 1; other < k; other++) addRow(x, other, -dot(x, i, other, n), x, i, n);
  }
  return x;
}

/** (k, n) of rows drawn uniformly among the orthonormal ones, k ≤ n. */
export function randomOrthonormal(k: number, n: number, random: Random): Float64Array {
  return orthonormalise(
    new Float64Array(k * n).map(() => random.normal()),
    n,
  );
}

/** An eigenvalue and its unit eigenvector. */
export interface Eigenpair {
  readonly value: number;
  readonly vector: Float64Array;
}

/**
 * The eigenpairs of a symmetric positive semidefinite matrix (k, k), largest first: one-sided Jacobi rotations (Hestenes 1958)
 * make its rows orthogonal, which are then the eigenvectors times their eigenvalues. Overwrites the matrix.
 */
export function eigenpairs(x: Float64Array, k: number): Eigenpair[] {
  for (let sweep = 0; sweep < MAX_SWEEPS && rotateAll(x, k); sweep++);
  const pairs = Array.from({ length: k }, (_, i) => {
    const value = Math.sqrt(dot(x, i, i, k));
    return { value, vector: x.slice(i * k, (i + 1) * k).map((each) => each / value) };
  });
  return pairs.sort((one, other) => other.value - one.value);
}

/** Makes each pair of rows orthogonal in turn. @returns whether any was not */
function rotateAll(x: Float64Array, k: number): boolean {
  let rotated = false;
  const floor = 1e-30 * Math.max(...Array.from({ length: k }, (_, i) => dot(x, i, i, k)));
  for (let p = 0; p < k; p++) {
    for (let q = p + 1; q < k; q++) {
      const [a, b, c] = [dot(x, p, p, k), dot(x, q, q, k), dot(x, p, q, k)];
      if (Math.abs(c) <= Math.max(floor, TOLERANCE * Math.sqrt(a * b))) continue;
      rotate(x, p, q, k, (b - a) / (2 * c));
      rotated = true;
    }
  }
  return rotated;
}

function rotate(x: Float64Array, p: number, q: number, k: number, zeta: number): void {
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (let j = 0; j < k; j++) {
    const [one, other] = [x[p * k + j], x[q * k + j]];
    x[p * k + j] = cosine * one - sine * other;
    x[q * k + j] = sine * one + cosine * other;
  }
}

/** The inner product of rows i and j of x (k, n). */
function dot(x: Float64Array, i: number, j: number, n: number): number {
  let sum = 0;
  for (let at = 0; at < n; at++) sum += x[i * n + at] * x[j * n + at];
  return sum;
}

/** Row i of y = itself + a · row j of x, both of n columns. */
export function addRow(y: Float64Array, i: number, a: number, x: Float64Array, j: number, n: number): void {
  for (let at = 0; at < n; at++) y[i * n + at] += a * x[j * n + at];
}
