import type { Backend } from '../../backends/backend.ts';
import { checkRate, optionsOf } from '../../kinds.ts';
import type { SavedNumbers } from '../state/saved-state.ts';
import { WeightAverage } from './weight-average.ts';

/** Options of `EMA`. */
export interface EMAOptions {
  /** Decay of the average at each update, in [0, 1). Default 0.999, as in PyTorch's `get_ema_multi_avg_fn`. */
  decay?: number;
}

/**
 * Exponential moving average of the weights (Polyak and Juditsky 1992; Tarvainen and Valpola 2017), like
 * PyTorch's `AveragedModel`: A = W after the first update, then A ← A + (1 − decay)·(W − A).
 */
export class EMA extends WeightAverage {
  /** The name that checkpoints record. */
  readonly name = 'ema';
  /** EMA needs no validation text. */
  readonly needsValidation = false;
  readonly #decay: number;

  /** @throws {UnrolledError} `option-value` when decay is not in [0, 1) */
  constructor(backend: Backend, options: EMAOptions = {}) {
    super(backend);
    const { decay = 0.999 } = optionsOf('EMA', options);
    checkRate('EMA', { decay }, 0.999);
    this.#decay = decay;
  }

  protected share(): number {
    return 1 - this.#decay;
  }

  /** Does nothing. */
  validated(): void {}

  protected numbers(): SavedNumbers {
    return {};
  }

  protected restoreNumbers(): void {}
}
