import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import type { RecurrentOptions } from './rnn.ts';
import { TimeScan } from './scan.ts';

/**
 * T steps of `MinGRU` at once (Feng et al. 2024): z = σ(x_t·Wxz + bz); ĥ = x_t·Wxh + bh;
 * h_t = (1 − z) ⊙ h_{t−1} + z ⊙ ĥ.
 *
 * xs (N, T, D) → hs (N, T, H); Wx (D, 2H), b (2H), in blocks z, ĥ. There is no Wh.
 * Memory: (T + 1)·N·H for hs, 4·T·N·H for gates and their gradient, N·T·D for dxs, 2·N·H for h and dh.
 */
export class TimeMinGRU extends TimeScan {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, b: Param, options: RecurrentOptions = {}) {
    super('TimeMinGRU', 2, backend, Wx, b, options);
  }
}
