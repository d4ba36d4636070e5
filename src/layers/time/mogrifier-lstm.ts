import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { type ModulationParams, MogrifierSteps } from '../steps/mogrifier-steps.ts';
import { TimeMemoryCell } from './lstm.ts';
import type { RecurrentOptions } from './rnn.ts';

/**
 * T steps of `MogrifierLSTM` at once (Melis et al. 2020): before each step x_t and h_{t−1} modulate each other in X + Y
 * rounds, alternately x = 2σ(h·Qdown·Qup) ⊙ x and h = 2σ(x·Rdown·Rup) ⊙ h; then f, i, o = σ(a), g = tanh(a) with
 * a = h·Wh + x·Wx + b; c_t = f ⊙ c_{t−1} + g ⊙ i; h_t = o ⊙ tanh c_t. Zoneout mixes h_t with the unmodulated h_{t−1}.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, 4H), Wh (H, 4H), b (4H), in blocks f, g, i, o; Qdown (H, X·K), Qup (K, X·D),
 * Rdown (D, Y·K), Rup (K, Y·H), in blocks of one round; Y is X or X − 1. The shapes give the number of rounds.
 * Memory: that of `TimeLSTM`, and with M = T·N 3·M·(X·D + Y·H) for the scales, the modulated values and gradients,
 * 2·M·(X + Y)·K for the low-rank products, and a transposed copy of each weight.
 */
export class TimeMogrifierLSTM extends TimeMemoryCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(
    backend: Backend,
    Wx: Param,
    Wh: Param,
    b: Param,
    modulation: ModulationParams,
    options: RecurrentOptions = {},
  ) {
    super(NAME, new MogrifierSteps(NAME, backend, Wx, Wh, b, modulation), backend, options);
  }
}

const NAME = 'TimeMogrifierLSTM';
