import type { Backend } from '../../backends/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';

/** The coefficients of Jordan et al. 2024, and the number of iterations. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const ITERATIONS = 5;
/** Norms are clipped to 1, so smaller ones are raised first; a power of two rounds nothing. */
const RAISE = 2 ** 40;

/**
 * Approximately orthogonalises a matrix in place: singular values s become about 1 (0.7 to 1.2), singular vectors stay the same.
 *
 * The quintic Newton–Schulz iteration of Jordan et al. 2024: X₀ = X/‖X‖, then five times
 * X ← aX + bSX + cS²X, where S = XXᵀ. With more rows than columns S = XᵀX is multiplied from the right, which gives the
 * same in fewer operations. Products only, so that the result doesn't depend on the number of threads.
 *
 * Operations: 10·(2·m²·n + m³), m the smaller and n the larger side.
 * @param X (m, n) or (n, m)
 */
export function orthogonalise(backend: Backend, space: Workspace, X: Tensor): void {
  normalise(backend, space, X);
  const [rows, columns] = X.shape;
  const m = Math.min(rows, columns);
  const S = space.tensor('S', [m, m]);
  const polynomial = space.tensor('polynomial', [m, m]);
  let [from, to] = [X, space.tensor('next', X.shape)];
  const isWide = rows <= columns;
  for (let i = 0; i < ITERATIONS; i++) {
    backend.gemm(S, from, from, isWide ? { transposeB: true } : { transposeA: true });
    backend.gemm(polynomial, S, S);
    backend.scale(polynomial, C);
    backend.addScaled(polynomial, B, S);
    backend.copy(to, from);
    backend.scale(to, A);
    const [left, right] = isWide ? [polynomial, from] : [from, polynomial];
    backend.gemm(to, left, right, { accumulate: true });
    [from, to] = [to, from];
  }
  backend.copy(X, from);
}

/** Divides a matrix by its Frobenius norm, so that no singular value exceeds 1; zeros stay zeros. */
function normalise(backend: Backend, space: Workspace, X: Tensor): void {
  const total = space.tensor('total', [1], 'float64');
  backend.write(total, [0]);
  backend.scale(X, RAISE);
  backend.addSumOfSquares(total, X);
  backend.clipByNorm(X, total, 1);
}
