import type { Backend } from '../backends/backend.ts';
import { checkPositive, wrongKind } from '../kinds.ts';
import type { Param } from '../layers/layer.ts';
import type { Arena } from '../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../tensor/memory-checks.ts';
import { numbersOf, runSync } from '../tensor/reads.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Clips the global gradient norm (Pascanu et al. 2013), like PyTorch's `clip_grad_norm_`.
 *
 * rate = maxNorm / (norm + 1e-6); all gradients are multiplied by the rate when it is below 1.
 */
export class GradientClipper {
  /** The maximum global norm. */
  readonly maxNorm: number;
  readonly #backend: Backend;
  readonly #arena: Arena;
  readonly #total: Tensor;

  /** @throws {UnrolledError} `option-value` when maxNorm is not a positive number */
  constructor(backend: Backend, maxNorm: number) {
    const arena = arenaOf('GradientClipper', backend);
    if (typeof maxNorm !== 'number')
      throw wrongKind('clip', 'the largest norm', maxNorm, 'a positive number', 'Pass 5.');
    checkPositive('clip', { 'the largest norm': maxNorm }, 5);
    this.maxNorm = maxNorm;
    this.#backend = backend;
    this.#arena = arena;
    this.#total = this.#arena.tensor([1], 'float64');
  }

  /**
   * Clips the gradients. Synchronous: needs a backend with `readSync`.
   * @returns the norm before clipping
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend, or the backend has no `readSync`
   */
  clip(params: readonly Param[]): number {
    const [squares] = runSync('GradientClipper', this.#backend, numbersOf(this.apply(params)));
    return Math.sqrt(squares);
  }

  /**
   * Clips without reading a value back from the device.
   * @returns the squared norm before clipping, (1) float64, valid until the next call
   * @throws {UnrolledError} `option-conflict` when the parameters belong to another backend
   */
  apply(params: readonly Param[]): Tensor {
    checkUsableParams('GradientClipper', this.#arena, params);
    this.#backend.write(this.#total, [0]);
    for (const { grad, rows } of params) this.#backend.addSumOfSquares(this.#total, grad, rows);
    for (const { grad, rows } of params) this.#backend.clipByNorm(grad, this.#total, this.maxNorm, rows);
    return this.#total;
  }

  /**
   * Frees the clipper's memory; it can't be used afterwards.
   * @throws {UnrolledError} `call-order` when it was released before
   */
  release(): void {
    if (this.#arena.closed === null) this.#arena.release(this.#total);
  }
}
