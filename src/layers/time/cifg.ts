import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { LSTMSteps } from '../steps/lstm-steps.ts';
import { TimeMemoryCell } from './lstm.ts';
import type { RecurrentOptions } from './rnn.ts';

/**
 * T steps of `CIFG` at once (Greff et al. 2017; Hard et al. 2018): f, o = σ(a), g = tanh(a) with
 * a = h_{t−1}·Wh + x_t·Wx + b; c_t = f ⊙ c_{t−1} + (1 − f) ⊙ g; h_t = o ⊙ tanh c_t.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, 3H), Wh (H, 3H), b (3H), in blocks f, g, o.
 * Memory: (2T + 2)·N·H for hs and cs, 6·T·N·H for the gates and their gradient, N·T·D for dxs, 4·N·H for
 * h, c, dh and dc, 3·H² for Whᵀ.
 */
export class TimeCIFG extends TimeMemoryCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, Wh: Param, b: Param, options: RecurrentOptions = {}) {
    super('TimeCIFG', new LSTMSteps('TimeCIFG', 3, backend, Wx, Wh, b), backend, options);
  }
}
