import type { Random } from '../../../tensor/random.ts';
import { eigenpairs, orthonormalise, product, randomOrthonormal, transposed } from './small-matrices.ts';
import type { SparseMatrix } from './sparse-matrix.ts';

/** Singular vectors computed beyond those that are kept, and iterations (Halko et al. 2011). */
const [MORE, ITERATIONS] = [10, 2];
/** Squared singular values below this share of the largest are roundings. */
const RANK_TOLERANCE = 1e-9;

/**
 * The rows of U·√Σ·R of the truncated singular value decomposition UΣVᵀ of M (V, C), where R has D columns and random
 * orthonormal rows: it preserves distances and angles, and gives each coordinate about the same variance.
 *
 * Randomised subspace iteration (Halko et al. 2011) on MᵀM, in float64 on the host: 13·k operations for each entry of M that
 * is not 0, and about 5·C·k², k = min(D + 10, C).
 * @returns (V, D)
 */
export function singularVectors(M: SparseMatrix, D: number, random: Random): Float64Array {
  const { columns: C, rows } = M;
  const k = Math.min(D + MORE, C, rows);
  const squared = (Z: Float64Array) => M.transposedTimes(M.times(Z, k), k); // MᵀM·Z, (C, k)
  let basis = randomOrthonormal(k, C, random); // (k, C)
  for (let i = 0; i < ITERATIONS; i++)
    basis = orthonormalise(transposed(squared(transposed(basis, C)), k), C);
  const Z = transposed(basis, C); // (C, k)
  const pairs = eigenpairs(product(basis, squared(Z), C), k).slice(0, D); // of ZᵀMᵀM·Z; values are Σ²
  const kept = pairs.filter(({ value }) => value > RANK_TOLERANCE * pairs[0].value);
  if (kept.length === 0) return new Float64Array(rows * D);
  // M·Z·W = UΣ, where the columns of W are the eigenvectors.
  const scaled = kept.flatMap(({ value, vector }) => [...vector.map((x) => x / Math.sqrt(Math.sqrt(value)))]);
  const R = randomOrthonormal(kept.length, D, random); // (kept, D)
  const toCoordinates = product(transposed(Float64Array.from(scaled), k), R, kept.length); // (k, D)
  return M.times(product(Z, toCoordinates, k), D);
}
