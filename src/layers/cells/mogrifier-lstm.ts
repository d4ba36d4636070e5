import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { type ModulationParams, MogrifierSteps } from '../steps/mogrifier-steps.ts';
import { MemoryCell } from './lstm.ts';

/**
 * One step of the Mogrifier LSTM (Melis, Kočiský and Blunsom 2020): x and h₋ modulate each other in rounds, x first, before
 * the step of the LSTM.
 *
 * x₁ = 2σ(h₋·Q₁) ⊙ x; h₂ = 2σ(x₁·R₂) ⊙ h₋; x₃ = 2σ(h₂·Q₃) ⊙ x₁; h₄ = 2σ(x₃·R₄) ⊙ h₂; x₅ = 2σ(h₄·Q₅) ⊙ x₃; …
 * a = h·Wh + x·Wx + b with the last h and x, in blocks of H: f = σ(a₁), g = tanh(a₂), i = σ(a₃), o = σ(a₄);
 * c = f ⊙ c₋ + g ⊙ i; h = o ⊙ tanh c.
 *
 * Each Q = Qdown·Qup and R = Rdown·Rup has rank K. Qdown (H, X·K), Qup (K, X·D), Rdown (D, Y·K), Rup (K, Y·H) hold the
 * matrices of the X rounds for x and the Y rounds for h as blocks of columns; Y is X or X − 1. x (N, D), h₋, c₋, h and
 * c (N, H), Wx (D, 4H), Wh (H, 4H), b (4H). This is one step, written to be read; `TimeMogrifierLSTM` computes T steps.
 */
export class MogrifierLSTM extends MemoryCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, modulation: ModulationParams) {
    super(NAME, new MogrifierSteps(NAME, backend, Wx, Wh, b, modulation), backend);
  }
}

const NAME = 'MogrifierLSTM';
