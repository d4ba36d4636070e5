import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { ScanCell } from './scan.ts';

/**
 * One step of the minLSTM (Feng et al. 2024, §3.2): an LSTM whose gates don't depend on h₋, and whose
 * cell is its state.
 *
 * f = σ(x·Wxf + bf); i = σ(x·Wxi + bi); ĥ = x·Wxh + bh; h = f/(f + i) ⊙ h₋ + i/(f + i) ⊙ ĥ.
 *
 * x (N, D), h₋ and h (N, H), Wx (D, 3H), b (3H), in blocks f, i, ĥ. The step to read; `TimeMinLSTM` is
 * the same for T steps at once.
 */
export class MinLSTM extends ScanCell {
  /** @throws unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, b: Param) {
    super('MinLSTM', 3, backend, Wx, b);
  }
}
