import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { GradientClipper } from '../clip.ts';
import type { TrainableModel } from '../trainable-model.ts';

export interface DynamicOptions {
  /** η, the learning rate for the gradient of a block's mean loss; 0 learns nothing. Default 0.01. */
  lr?: number;
  /** λ, the rate at which each step decays towards the trained weights, from 0 to below 1. Default 0. */
  decay?: number;
  /** The largest norm of all gradients together. Default: no clipping. */
  clip?: number;
}

/** Tokens a block: Krause et al. 2018, for words. The rate: docs/evaluation.md. */
export const dynamicDefaults: { readonly T: number; readonly lr: number; readonly decay: number } = {
  T: 5,
  lr: 0.01,
  decay: 0,
};

/**
 * Dynamic evaluation (Mikolov et al. 2010; with decay, Krause et al. 2018): a model that learns from
 * what it has read. After each block, W ← W − η·dW + λ·(W₀ − W), where W₀ are the trained weights.
 *
 * Memory: the weights once more. The gradients are left as the last step made them.
 */
export class DynamicEvaluation {
  readonly #model: TrainableModel;
  readonly #lr: number;
  readonly #decay: number;
  readonly #clipper: GradientClipper | null;
  readonly #trained: readonly Tensor[];

  /** Keeps a copy of the weights. @throws when an option is out of its range */
  constructor(model: TrainableModel, options: DynamicOptions = {}) {
    const { lr = dynamicDefaults.lr, decay = dynamicDefaults.decay, clip } = options;
    if (!(lr >= 0 && Number.isFinite(lr))) {
      throw new UnrolledError(
        'option-value',
        `DynamicEvaluation: lr is ${lr}; it must be a finite number ≥ 0.`,
      );
    }
    if (!(decay >= 0 && decay < 1)) {
      throw new UnrolledError(
        'option-value',
        `DynamicEvaluation: decay is ${decay}; it must be 0 or more, below 1.`,
      );
    }
    this.#model = model;
    this.#lr = lr;
    this.#decay = decay;
    this.#clipper = clip === undefined ? null : new GradientClipper(model.backend, clip);
    const { arena } = model.backend;
    this.#trained = model.params.map(({ value }) => arena.tensor(value.shape));
    model.params.forEach(({ value }, i) => model.backend.copy(this.#trained[i], value));
  }

  /**
   * One step on the block that `model.forward` has just read, whose mean loss is given.
   * @throws when that is not finite: the steps before were too large
   */
  learn(loss: number): void {
    if (!Number.isFinite(loss)) {
      throw new UnrolledError(
        'diverged',
        `DynamicEvaluation: the loss has become ${loss}; it must stay finite. ` +
          `Lower the learning rate (${this.#lr}) or clip the gradients.`,
      );
    }
    const { backend, params } = this.#model;
    this.#model.backward();
    this.#clipper?.apply(params);
    params.forEach(({ value, grad, rows }, i) => {
      if (this.#decay > 0) {
        backend.scale(value, 1 - this.#decay);
        backend.addScaled(value, this.#decay, this.#trained[i]);
      }
      backend.addScaled(value, -this.#lr, grad, rows);
    });
  }

  /** Restores the trained weights, bit for bit. Afterwards it can't be used. */
  restore(): void {
    const { backend, params } = this.#model;
    params.forEach(({ value }, i) => {
      backend.copy(value, this.#trained[i]);
      backend.arena.release(this.#trained[i]);
    });
    this.#clipper?.release();
  }
}
