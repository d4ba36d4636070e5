/** The coefficients of one iteration: X ← aX + bSX + cS²X, where S = XXᵀ. */
export type NewtonSchulzStep = readonly [a: number, b: number, c: number];

/**
 * The iterations of `Backend.orthogonalise`. The singular values of X/ν, ν the Schatten 8-norm of X, are at most 1; each iteration
 * maps them by p(s) = as + bs³ + cs⁵. All from 0.0103 to 1 end between 0.700 and 1.200; a smaller s ends as 73.7·s.
 *
 * Each polynomial has the smallest maximum of |1 − p(s)| over the interval that the one before leaves (Amsel et al. 2025, *The
 * Polar Express*): [0.0102, 1], [0.113, 1.887], [0.405, 1.595]. The last is multiplied by 0.95, which moves its values
 * from [0.737, 1.263] to [0.7, 1.2].
 */
export const newtonSchulzSteps: readonly NewtonSchulzStep[] = [
  [8.0851, -23.588, 17.4204],
  [3.6263, -2.7145, 0.5357],
  [2.5142, -1.8668, 0.4287],
];
