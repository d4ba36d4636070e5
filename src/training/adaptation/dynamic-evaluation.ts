import { UnrolledError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { GradientClipper } from '../clip.ts';
import type { TrainableModel } from '../trainable-model.ts';
import type { GradientStatistics } from './gradient-statistics.ts';

/** Options of dynamic evaluation. */
export interface DynamicOptions {
  /** η, the learning rate of the step on each block's mean loss; 0 disables learning. Default 0.01; 0.0003 with `statistics`. */
  lr?: number;
  /** λ, how far each step decays the weights back towards the trained ones, in [0, 1). Default 0; 0.001 with `statistics`. */
  decay?: number;
  /** Statistics of the model's gradients, which scale step and decay of each weight. Default: none. */
  statistics?: GradientStatistics;
  /** ε, only with `statistics`: what the roots are increased by, in units of their mean. Default 0.2. */
  epsilon?: number;
  /** Maximum global gradient norm. Default: no clipping. */
  clip?: number;
}

/** T: Krause et al. 2018, for words. lr: docs/evaluation.md. */
export const dynamicDefaults: { readonly T: number; readonly lr: number; readonly decay: number } = {
  T: 5,
  lr: 0.01,
  decay: 0,
};

/** The defaults with gradient statistics: docs/evaluation.md. */
export const scaledDefaults: { readonly lr: number; readonly decay: number; readonly epsilon: number } = {
  lr: 3e-4,
  decay: 0.001,
  epsilon: 0.2,
};

/** Options of dynamic evaluation with their defaults. @throws {UnrolledError} when one is out of range or doesn't belong */
export function checkedDynamic(
  options: DynamicOptions,
): Required<Omit<DynamicOptions, 'clip' | 'statistics'>> {
  const { statistics } = options;
  const { lr, decay, epsilon } = {
    ...scaledDefaults,
    ...(statistics ? {} : dynamicDefaults),
    ...given(options),
  };
  check('lr', lr, Number.isFinite(lr) && lr >= 0, 'a finite number ≥ 0');
  check('decay', decay, decay >= 0 && decay < 1, '0 or more, below 1');
  check('epsilon', epsilon, Number.isFinite(epsilon) && epsilon > 0, 'a positive number');
  if (options.epsilon !== undefined && !statistics) {
    throw new UnrolledError(
      'option-conflict',
      'DynamicEvaluation: got epsilon without statistics, which it belongs to. Leave it out, or pass statistics.',
    );
  }
  return { lr, decay, epsilon };
}

function given(options: DynamicOptions): DynamicOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function check(name: string, value: number, isRight: boolean, needs: string): void {
  if (isRight) return;
  throw new UnrolledError('option-value', `DynamicEvaluation: ${name} is ${value}; it must be ${needs}.`);
}

/**
 * Dynamic evaluation (Mikolov et al. 2010; with decay, Krause et al. 2018): the model trains on the text while
 * it is evaluated. After each block, W ← W − η·dW + λ·(W₀ − W), where W₀ are the trained weights. With gradient statistics MS
 * (Krause et al.'s RMS with a global prior) and their mean root m,
 *
 *     W ← W − η·dW/(√MS + ε·m) + min(1, λ·√MS/m)·(W₀ − W)
 *
 * Memory: one copy of the weights. The gradients keep the values of the last step.
 */
export class DynamicEvaluation {
  readonly #model: TrainableModel;
  readonly #lr: number;
  readonly #decay: number;
  readonly #epsilon: number;
  readonly #statistics: GradientStatistics | null;
  readonly #clipper: GradientClipper | null;
  readonly #trained: readonly Tensor[];

  /**
   * Copies the weights.
   * @throws {UnrolledError} `option-value` when an option is out of range, `option-conflict` for the statistics of another model and
   * for `epsilon` without statistics
   */
  constructor(model: TrainableModel, options: DynamicOptions = {}) {
    const { clip, statistics = null } = options;
    const { lr, decay, epsilon } = checkedDynamic(options);
    if (statistics && statistics.model !== model) {
      throw new UnrolledError(
        'option-conflict',
        'DynamicEvaluation: the statistics are those of another model. Pass gradientStatistics(model, corpus) of this one.',
      );
    }
    this.#model = model;
    this.#lr = lr;
    this.#decay = decay;
    this.#epsilon = epsilon;
    this.#statistics = statistics;
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
    this.#model.backward();
    this.#clipper?.apply(this.#model.params);
    if (this.#statistics) this.#scaledStep(this.#statistics);
    else this.#step();
  }

  #step(): void {
    const { backend, params } = this.#model;
    params.forEach(({ value, grad, rows }, i) => {
      if (this.#decay > 0) {
        backend.scale(value, 1 - this.#decay);
        backend.addScaled(value, this.#decay, this.#trained[i]);
      }
      backend.addScaled(value, -this.#lr, grad, rows);
    });
  }

  #scaledStep({ squares, meanRoot }: GradientStatistics): void {
    const { backend, params } = this.#model;
    const numbers = { rate: this.#lr, epsilon: this.#epsilon * meanRoot, decay: this.#decay / meanRoot };
    params.forEach(({ value, grad }, i) =>
      backend.adaptStep(value, this.#trained[i], squares[i], grad, numbers),
    );
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
