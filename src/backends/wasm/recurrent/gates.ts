import type { Engine } from '../engine.ts';
import type { Share } from '../threads/team.ts';

/**
 * gates (M,G·H) += x (M,K) · W (K,G·H), in some columns of each gate from `gate` to `endGate`; one product if these are
 * all columns.
 */
export function addToGates(
  engine: Engine,
  [first, end]: Share,
  [gate, endGate]: Share,
  gates: number,
  x: number,
  W: number,
  M: number,
  K: number,
  H: number,
  G: number,
): void {
  const whole = end - first === H;
  const width = whole ? (endGate - gate) * H : end - first;
  for (let g = gate; g < (whole ? gate + 1 : endGate); g++) {
    const at = 4 * (g * H + first);
    engine.gemm(gates + at, G * H, x, K, W + at, G * H, M, width, K, 0, 0, 1);
  }
}
