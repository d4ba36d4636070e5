import { UnrolledError } from '../../errors.ts';
import { checkCount } from '../../kinds.ts';
import { widthOf } from '../../models/config.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** Options of the continuous cache. */
export interface CacheOptions {
  /** Window size: how many of the most recent hidden states the cache holds, in tokens. Default 500. */
  window?: number;
  /** θ ≥ 0, the sharpness: higher values put more weight on the most similar states. Default 0.3. */
  theta?: number;
  /** λ, the interpolation weight of the cache distribution, in [0, 1). Default 0.1. */
  lambda?: number;
}

/** window: Grave et al. 2017, for Penn Treebank; theta and lambda: docs/evaluation.md. */
export const cacheDefaults: Readonly<Required<CacheOptions>> = { window: 500, theta: 0.3, lambda: 0.1 };

/**
 * The continuous cache (Grave, Joulin & Usunier 2017): tokens that followed similar hidden states get more probability.
 *
 *     p(w)       = (1 − λ)·p_model(w) + λ·p_cache(w)
 *     p_cache(w) ∝ Σ 1[w = x_{i+1}]·exp(θ·h_t·h_i),   i = t − window … t − 1
 *
 * x_{i+1} is known by step t, so the cache never sees a future token. The first token has an empty cache and
 * keeps the model's probability. Memory, with R = T·(⌈window / T⌉ + 1): states (R, H), dot products (T, R).
 */
export class ContinuousCache {
  readonly #model: TrainableModel;
  readonly #window: number;
  readonly #theta: number;
  readonly #lambda: number;
  readonly #states: Tensor; // (R, H), h_i in row i mod R
  readonly #products: Tensor; // (T, R)
  /** Start of the current item; continuous text is a single item. */
  #first = 0;

  /**
   * @param T block length in tokens; only the last block may be shorter
   * @throws {UnrolledError} `option-value` when an option is out of range
   */
  constructor(model: TrainableModel, T: number, options: CacheOptions = {}) {
    const { window, theta, lambda } = checked(options);
    // A whole number of blocks, so that none wraps around the ring, and one more than the window needs.
    const R = T * (Math.ceil(window / T) + 1);
    this.#model = model;
    this.#window = window;
    this.#theta = theta;
    this.#lambda = lambda;
    this.#states = model.backend.arena.tensor([R, widthOf(model.config, model.config.layers - 1)]);
    this.#products = model.backend.arena.tensor([T, R]);
  }

  /**
   * Interpolates the cache into the losses of a block, in place, and stores the block's states.
   *
   * @param losses −log p_model of ids[start + 1] onwards, in nats
   * @param hs the top layer's states (1, T, H), starting at ids[start]
   * @param ids the whole text; its blocks must be passed in order
   * @param end the end-of-item id, which empties the cache. Default: none
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

  /** Frees the cache's memory. */
  release(): void {
    this.#model.backend.arena.release(this.#states);
    this.#model.backend.arena.release(this.#products);
  }

  /** p_cache(ids[t + 1]), from the dot products h_t·h_i, stored at i mod R. */
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

/** log(eᵃ + eᵇ) for finite a; exactly a when b is −∞. */
function logSum(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
