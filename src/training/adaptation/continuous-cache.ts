import { UnrolledError } from '../../errors.ts';
import { checkCount } from '../../kinds.ts';
import { widthOf } from '../../models/config.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';
import type { TrainableModel } from '../trainable-model.ts';

export interface CacheOptions {
  /** How many of the last states are kept. Default 500. */
  window?: number;
  /** θ ≥ 0: higher values favour the most similar states. Default 0.3. */
  theta?: number;
  /** λ, the weight of the cache's probability, from 0 to below 1. Default 0.1. */
  lambda?: number;
}

/** window: Grave et al. 2017, for Penn Treebank; theta and lambda: docs/evaluation.md. */
export const cacheDefaults: Readonly<Required<CacheOptions>> = { window: 500, theta: 0.3, lambda: 0.1 };

/**
 * The continuous cache (Grave, Joulin & Usunier 2017): what followed a similar state may follow again.
 *
 *     p(w)       = (1 − λ)·p_model(w) + λ·p_cache(w)
 *     p_cache(w) ∝ Σ 1[w = x_{i+1}]·exp(θ·h_t·h_i),   i = t − window … t − 1
 *
 * x_{i+1} is known when h_t is, so nothing is seen early. The first token has no state before it and
 * keeps the model's probability. Memory, with R = T·(⌈window / T⌉ + 1): R·H states, T·R products.
 */
export class ContinuousCache {
  readonly #model: TrainableModel;
  readonly #window: number;
  readonly #theta: number;
  readonly #lambda: number;
  readonly #states: Tensor; // (R, H), h_i in row i mod R
  readonly #products: Tensor; // (T, R)
  /** Where the item that is read begins; endless text is one. */
  #first = 0;

  /**
   * @param T the length of the blocks; only the last may be shorter
   * @throws when an option is out of its range
   */
  constructor(model: TrainableModel, T: number, options: CacheOptions = {}) {
    const { window, theta, lambda } = checked(options);
    // Full blocks only, so that none is cut in two, and one more than the window needs.
    const R = T * (Math.ceil(window / T) + 1);
    this.#model = model;
    this.#window = window;
    this.#theta = theta;
    this.#lambda = lambda;
    this.#states = model.backend.arena.tensor([R, widthOf(model.config, model.config.layers - 1)]);
    this.#products = model.backend.arena.tensor([T, R]);
  }

  /**
   * Mixes the cache into the losses of a block, in place, and remembers its states.
   *
   * @param losses −log p_model of ids[start + 1] and so on, in nats
   * @param hs the top layer's states (1, T, H), that of ids[start] first
   * @param ids the whole text, whose blocks come in order
   * @param end the token that ends an item: the cache is empty behind it. Default: none
   */
  *mix(losses: Float64Array, hs: Tensor, ids: Int32Array, start: number, end: number = -1): Reads<void> {
    const { backend } = this.#model;
    const [R, H] = this.#states.shape;
    const T = losses.length;
    const products = this.#products.part([T, R]);
    backend.copy(this.#states.part([T, H], (start % R) * H), hs.rows());
    backend.gemm(products, hs.rows(), this.#states, { transposeB: true });
    const numbers = yield* numbersOf(products);
    for (let t = 0; t < T; t++) {
      if (start + t === 0 || ids[start + t] === end) {
        this.#first = start + t;
        continue;
      }
      const probability = this.#probability(numbers.subarray(t * R, (t + 1) * R), ids, start + t);
      const fromModel = Math.log1p(-this.#lambda) - losses[t];
      losses[t] = -logSum(fromModel, Math.log(this.#lambda) + Math.log(probability));
    }
  }

  /** Frees its memory. */
  release(): void {
    this.#model.backend.arena.release(this.#states);
    this.#model.backend.arena.release(this.#products);
  }

  /** p_cache(ids[t + 1]), from the products h_t·h_i, each at i mod R. */
  #probability(products: TensorView, ids: Int32Array, t: number): number {
    const R = products.length;
    const first = Math.max(this.#first, t - this.#window);
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = first; i < t; i++) largest = Math.max(largest, products[i % R]);
    let sum = 0;
    let matching = 0;
    for (let i = first; i < t; i++) {
      const weight = Math.exp(this.#theta * (products[i % R] - largest));
      sum += weight;
      if (ids[i + 1] === ids[t + 1]) matching += weight;
    }
    return matching / sum;
  }
}

function checked(options: CacheOptions): Required<CacheOptions> {
  const { window, theta, lambda } = { ...cacheDefaults, ...options };
  const fail = (what: string, needs: string) => {
    throw new UnrolledError('option-value', `ContinuousCache: ${what}; it must be ${needs}.`);
  };
  checkCount('ContinuousCache', { window }, 1);
  if (!(theta >= 0 && Number.isFinite(theta))) fail(`theta is ${theta}`, 'a finite number ≥ 0');
  if (!(lambda >= 0 && lambda < 1)) fail(`lambda is ${lambda}`, '0 or more, below 1');
  return { window, theta, lambda };
}

/** log(eᵃ + eᵇ), a finite: exactly a where b is log 0. */
function logSum(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
