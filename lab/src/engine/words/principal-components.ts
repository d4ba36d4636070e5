/** Vectors in the plane of their two main components. */
export interface Plane {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The share of the variance that each component has; 0 if all vectors are equal. */
  readonly shares: readonly [number, number];
}

/** Directions that are iterated together: more than two, so that close eigenvalues don't slow the first two down. */
const TOGETHER = 8;
const MOST_STEPS = 500;
/** An eigenvector is found when ‖Cv − λv‖ is at most this part of the largest eigenvalue. */
const EXACT = 1e-11;

/**
 * Principal component analysis (Pearson 1901) of n vectors (n, D): the two eigenvectors of the covariance (D, D) with the largest
 * eigenvalues, by orthogonal iteration with Rayleigh-Ritz steps. The component of largest absolute value of each is positive.
 */
export function principalPlane(vectors: Float64Array, D: number): Plane {
  const n = vectors.length / D;
  const centred = centre(vectors, D);
  const C = covariance(centred, D);
  const [first, second] = mainDirections(C, D);
  const variance = Array.from({ length: D }, (_, i) => C[i * D + i]).reduce((a, b) => a + b, 0);
  const project = ({ direction }: Direction) =>
    Float64Array.from({ length: n }, (_, i) => dot(centred.subarray(i * D, (i + 1) * D), direction));
  const share = ({ value }: Direction) => (variance === 0 ? 0 : value / variance);
  return { x: project(first), y: project(second), shares: [share(first), share(second)] };
}

interface Direction {
  readonly direction: Float64Array;
  readonly value: number;
}

function centre(vectors: Float64Array, D: number): Float64Array {
  const n = vectors.length / D;
  const mean = new Float64Array(D);
  vectors.forEach((x, at) => {
    mean[at % D] += x / n;
  });
  return vectors.map((x, at) => x - mean[at % D]);
}

/** (n, D) → (D, D) */
function covariance(centred: Float64Array, D: number): Float64Array {
  const n = centred.length / D;
  const C = new Float64Array(D * D);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < D; i++) {
      const x = centred[row * D + i];
      for (let j = 0; j <= i; j++) C[i * D + j] += x * centred[row * D + j];
    }
  }
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) C[j * D + i] = C[i * D + j] /= n;
  }
  return C;
}

/** The two main eigenvectors; in one dimension, the second is 0. */
function mainDirections(C: Float64Array, D: number): readonly [Direction, Direction] {
  const count = Math.min(D, TOGETHER);
  let basis = orthonormal(Array.from({ length: count }, (_, k) => start(k, D)));
  let found: Direction[] = [];
  for (let step = 0; step < MOST_STEPS; step++) {
    const images = basis.map((v) => product(C, v));
    found = ritz(basis, images);
    const error = Math.max(...found.slice(0, 2).map(({ direction, value }) => residual(C, direction, value)));
    if (error <= EXACT * found[0].value) break;
    basis = orthonormal(images);
  }
  const none = { direction: new Float64Array(D), value: 0 };
  const [first, second = none] = found.map(({ direction, value }) => ({
    direction: signed(direction),
    value,
  }));
  return [first, second];
}

/** A direction that is orthogonal to no eigenvector, but by chance. */
function start(k: number, D: number): Float64Array {
  return Float64Array.from({ length: D }, (_, i) => (i === k ? 2 : 0) + Math.sin((i + 1) * (k + 1)));
}

/** The eigenvectors of C within the span of a basis, largest eigenvalue first. */
function ritz(basis: readonly Float64Array[], images: readonly Float64Array[]): Direction[] {
  const small = basis.map((v) => images.map((image) => dot(v, image)));
  return jacobi(small).map(({ vector, value }) => {
    const direction = new Float64Array(basis[0].length);
    for (const [k, weight] of vector.entries()) {
      for (let i = 0; i < direction.length; i++) direction[i] += weight * basis[k][i];
    }
    return { direction, value };
  });
}

/** The eigenvectors of a small symmetric matrix by rotations (Jacobi 1846), largest eigenvalue first. */
export function jacobi(
  matrix: readonly (readonly number[])[],
): { readonly vector: number[]; readonly value: number }[] {
  const n = matrix.length;
  const A = matrix.map((row) => [...row]);
  const V = A.map((_, i) => A.map((__, j) => Number(i === j)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(A, V, p, q);
  }
  return A.map((row, i) => ({ vector: V.map((line) => line[i]), value: row[i] })).sort(
    (a, b) => b.value - a.value,
  );
}

/** Makes the element (p, q) zero. */
function rotate(A: number[][], V: number[][], p: number, q: number): void {
  if (A[p][q] === 0) return;
  const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row: number[]) => {
    [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
  };
  A.forEach(turn);
  V.forEach(turn);
  [A[p], A[q]] = [A[p].map((x, i) => c * x - s * A[q][i]), A[q].map((x, i) => s * A[p][i] + c * x)];
}

/** Gram-Schmidt, twice for exactness. A vector that depends on those before becomes 0. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const given of vectors) {
    let v = given;
    for (let pass = 0; pass < 2; pass++) {
      for (const b of basis) {
        const along = dot(v, b);
        v = v.map((x, i) => x - along * b[i]);
      }
    }
    const norm = Math.sqrt(dot(v, v));
    const isZero = norm <= 1e-13 * Math.sqrt(dot(given, given)) || norm === 0;
    basis.push(isZero ? new Float64Array(v.length) : v.map((x) => x / norm));
  }
  return basis;
}

function product(C: Float64Array, v: Float64Array): Float64Array {
  const D = v.length;
  return v.map((_, i) => dot(C.subarray(i * D, (i + 1) * D), v));
}

function residual(C: Float64Array, v: Float64Array, value: number): number {
  const difference = product(C, v).map((x, i) => x - value * v[i]);
  return Math.sqrt(dot(difference, difference));
}

function signed(v: Float64Array): Float64Array {
  const largest = v.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  return largest < 0 ? v.map((x) => -x) : v;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
