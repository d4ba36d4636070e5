import type { Backend } from '../../backends/backend.ts';
import type { Param } from '../layer.ts';
import { ScanCell } from './scan.ts';

/**
 * One step of the minGRU (Feng et al. 2024, §3.1): a GRU whose gate and candidate depend only on x.
 *
 * z = σ(x·Wxz + bz); ĥ = x·Wxh + bh; h = (1 − z) ⊙ h₋ + z ⊙ ĥ.
 *
 * x (N, D), h₋ and h (N, H), Wx (D, 2H), b (2H), in blocks z, ĥ. This is one step, written to be read;
 * `TimeMinGRU` computes T steps at once.
 */
export class MinGRU extends ScanCell {
  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(backend: Backend, Wx: Param, b: Param) {
    super('MinGRU', 2, backend, Wx, b);
  }
}
