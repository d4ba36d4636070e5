import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import type { RecurrentOptions } from './rnn.ts';
import { TimeScan } from './scan.ts';

/**
 * T steps of `MinLSTM` at once (Feng et al. 2024): f, i = σ(x_t·Wx + b); ĥ = x_t·Wxh + bh;
 * h_t = f/(f + i) ⊙ h_{t−1} + i/(f + i) ⊙ ĥ.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, 3H), b (3H), in blocks f, i, ĥ. There is no Wh, and no c.
 * Memory: (T + 1)·N·H for hs, 6·T·N·H for gates and their gradient, N·T·D for dxs, 2·N·H for h and dh.
 */
export class TimeMinLSTM extends TimeScan {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, b: Param, options: RecurrentOptions = {}) {
    super('TimeMinLSTM', 3, backend, Wx, b, options);
  }
}
