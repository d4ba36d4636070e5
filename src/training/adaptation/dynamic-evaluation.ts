import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { GradientClipper } from '../clip.ts';
import type { TrainableModel } from '../trainable-model.ts';

/** Options of dynamic evaluation. */
export interface DynamicOptions {
  /** η, the learning rate of the SGD step on each block's mean loss; 0 disables learning. Default 0.01. */
  lr?: number;
  /** λ, how far each step decays the weights back towards the trained ones, in [0, 1). Default 0. */
  decay?: number;
  /** Maximum global gradient norm. Default: no clipping. */
  clip?: number;
}

/** T: Krause et al. 2018, for words. lr: docs/evaluation.md. */
export const dynamicDefaults: { readonly T: number; readonly lr: number; readonly decay: number } = {
  T: 5,
  lr: 0.01,
  decay: 0,
};

/**
 * Dynamic evaluation (Mikolov et al. 2010; with decay, Krause et al. 2018): the model trains on the text while
 * it is evaluated. After each block, W ← W − η·dW + λ·(W₀ − W), where W₀ are the trained weights.
 *
 * Memory: one copy of the weights. The gradients keep the values of the last step.
 */
export class DynamicEvaluation {
  readonly #model: TrainableModel;
  readonly #lr: number;
  readonly #decay: number;
  readonly #clipper: GradientClipper | null;
  readonly #trained: readonly Tensor[];

  /** Copies the weights. @throws {UnrolledError} `option-value` when an option is out of range */
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
   * Takes one step on the block that `model.forward` has just read.
   * @param loss the block's mean loss, in nats
   * @throws {UnrolledError} `diverged` when the loss is not finite: earlier steps were too large
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

  /** Restores the trained weights exactly and frees the copy; call it once, at the end. */
  restore(): void {
    const { backend, params } = this.#model;
    params.forEach(({ value }, i) => {
      backend.copy(value, this.#trained[i]);
      backend.arena.release(this.#trained[i]);
    });
    this.#clipper?.release();
  }
}
