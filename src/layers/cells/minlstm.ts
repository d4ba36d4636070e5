import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { ScanCell } from './scan.ts';

/**
 * One step of the minLSTM (Feng et al. 2024, §3.2): an LSTM whose gates depend only on x, and
 * whose state h is its cell state.
 *
 * f = σ(x·Wxf + bf); i = σ(x·Wxi + bi); ĥ = x·Wxh + bh; h = f/(f + i) ⊙ h₋ + i/(f + i) ⊙ ĥ.
 *
 * x (N, D), h₋ and h (N, H), Wx (D, 3H), b (3H), in blocks f, i, ĥ. This is one step, written to be read;
 * `TimeMinLSTM` computes T steps at once.
 */
export class MinLSTM extends ScanCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, b: Param) {
    super('MinLSTM', 3, backend, Wx, b);
  }
}
