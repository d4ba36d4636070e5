import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { LSTMSteps } from '../steps/lstm-steps.ts';
import { MemoryCell } from './lstm.ts';

/**
 * One step of the LSTM with coupled input and forget gates, CIFG (Greff et al. 2017; Hard et al. 2018): i = 1 − f.
 *
 * a = h₋·Wh + x·Wx + b, in blocks of H: f = σ(a₁), g = tanh(a₂), o = σ(a₃);
 * c = f ⊙ c₋ + (1 − f) ⊙ g; h = o ⊙ tanh c.
 *
 * x (N, D), h₋, c₋, h and c (N, H), Wx (D, 3H), Wh (H, 3H), b (3H). This is one step, written to be
 * read; `TimeCIFG` computes T steps at once.
 */
export class CIFG extends MemoryCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param) {
    super('CIFG', new LSTMSteps('CIFG', 3, backend, Wx, Wh, b), backend);
  }
}
