import type { Backend } from '../../backends/backend.ts';
import { checkRate, optionsOf } from '../../kinds.ts';
import type { SavedNumbers } from '../state/saved-state.ts';
import { WeightAverage } from './weight-average.ts';

export interface EMAOptions {
  /** The decay of the average at each update. Default 0.999, PyTorch's `get_ema_multi_avg_fn`. */
  decay?: number;
}

/**
 * The exponential moving average of the weights (Polyak and Juditsky 1992; Tarvainen and Valpola 2017), as
 * PyTorch's `AveragedModel`: A = W after the first update, then A ← A + (1 − decay)·(W − A).
 */
export class EMA extends WeightAverage {
  readonly name = 'ema';
  readonly needsValidation = false;
  readonly #decay: number;

  /** @throws when decay is not in [0, 1) */
  constructor(backend: Backend, options: EMAOptions = {}) {
    super(backend);
    const { decay = 0.999 } = optionsOf('EMA', options);
    checkRate('EMA', { decay }, 0.999);
    this.#decay = decay;
  }

  protected share(): number {
    return 1 - this.#decay;
  }

  validated(): void {}

  protected numbers(): SavedNumbers {
    return {};
  }

  protected restoreNumbers(): void {}
}
