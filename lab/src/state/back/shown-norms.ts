import type { BlockGradients, LayerNorms } from '../../engine/gradients/calls.ts';
import { scientific } from '../../language/number-texts.ts';

/** The norms of a layer, counted from the top one; of the lowest layer where a model has fewer. */
export function layerOf(layers: readonly LayerNorms[], fromTop: number): LayerNorms {
  return layers[Math.max(0, layers.length - 1 - fromTop)];
}

/** The factor by which a norm changes per step back, from the step of the loss to the first of the block; null if it can't be said. */
export function ratePerStep({ layers }: BlockGradients, fromTop: number): number | null {
  const { h } = layerOf(layers, fromTop);
  const steps = h.length - 2;
  if (steps < 1 || !(h[0] > 0) || !(h[steps] > 0)) return null;
  return (h[steps] / h[0]) ** (1 / steps);
}

/** The width of a backward arrow, from 0 to 1: full for the largest norm, a quarter less for each factor of 10. */
export function arrowWidth(norm: number, largest: number): number {
  if (!(norm > 0)) return 0;
  return Math.max(0.04, 1 + Math.log10(norm / largest) / 4);
}

/** A norm with two digits that matter. */
export function shownNorm(norm: number): string {
  if (norm === 0) return '0';
  return norm >= 0.01 && norm < 1000 ? String(Number(norm.toPrecision(2))) : scientific(norm, 1);
}
