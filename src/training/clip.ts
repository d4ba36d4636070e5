import type { Backend } from '../backends/backend.ts';
import { checkPositive } from '../check.ts';
import type { Param } from '../layers/layer.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Clips the norm of all gradients taken together (Pascanu et al. 2013).
 *
 * rate = maxNorm / (norm + 1e-6); every gradient is multiplied by it when it is below 1.
 */
export class GradientClipper {
  readonly maxNorm: number;
  readonly #backend: Backend;
  readonly #total: Tensor;

  /** @throws when maxNorm is not a positive number */
  constructor(backend: Backend, maxNorm: number) {
    checkPositive('clip', { 'the largest norm': maxNorm }, 5);
    this.maxNorm = maxNorm;
    this.#backend = backend;
    this.#total = backend.arena.tensor([1], 'float64');
  }

  /** Returns the norm before clipping. */
  clip(params: readonly Param[]): number {
    this.#total.set(0);
    for (const { grad, rows } of params) this.#backend.addSumOfSquares(this.#total, grad, rows);
    const norm = Math.sqrt(this.#total.item());
    const rate = this.maxNorm / (norm + 1e-6);
    if (rate < 1) for (const { grad, rows } of params) this.#backend.scale(grad, rate, rows);
    return norm;
  }
}
