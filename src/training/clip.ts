import type { Backend } from '../backends/backend.ts';
import { checkPositive, wrongKind } from '../kinds.ts';
import type { Param } from '../layers/layer.ts';
import type { Arena } from '../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../tensor/memory-checks.ts';
import { numbersOf, runSync } from '../tensor/reads.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Clips the norm of all gradients taken together (Pascanu et al. 2013).
 *
 * rate = maxNorm / (norm + 1e-6); every gradient is multiplied by it when it is below 1.
 */
export class GradientClipper {
  readonly maxNorm: number;
  readonly #backend: Backend;
  readonly #arena: Arena;
  readonly #total: Tensor;

  /** @throws when maxNorm is not a positive number */
  constructor(backend: Backend, maxNorm: number) {
    const arena = arenaOf('GradientClipper', backend);
    if (typeof maxNorm !== 'number')
      throw wrongKind('clip', 'the largest norm', maxNorm, 'a positive number', 'Give 5.');
    checkPositive('clip', { 'the largest norm': maxNorm }, 5);
    this.maxNorm = maxNorm;
    this.#backend = backend;
    this.#arena = arena;
    this.#total = this.#arena.tensor([1], 'float64');
  }

  /** Returns the norm before clipping. Synchronous: needs a backend with `readSync`. */
  clip(params: readonly Param[]): number {
    const [squares] = runSync('GradientClipper', this.#backend, numbersOf(this.apply(params)));
    return Math.sqrt(squares);
  }

  /** Clips without reading a number. → the square of the norm before clipping (1, float64), good until the next call */
  apply(params: readonly Param[]): Tensor {
    checkUsableParams('GradientClipper', this.#arena, params);
    this.#backend.write(this.#total, [0]);
    for (const { grad, rows } of params) this.#backend.addSumOfSquares(this.#total, grad, rows);
    for (const { grad, rows } of params) this.#backend.clipByNorm(grad, this.#total, this.maxNorm, rows);
    return this.#total;
  }

  /** Frees its memory. Afterwards it can't be used. */
  release(): void {
    if (this.#arena.closed === null) this.#arena.release(this.#total);
  }
}
