import { UnrolledError } from '../errors.ts';
import { cells } from './cells.ts';
import { type RecurrentConfig, widthOf } from './config.ts';

/** More layers than any recurrent model has; each takes objects and arrays, however narrow it is. */
export const MAX_LAYERS = 1000;

/** How many numbers a model learns, without a loop over its layers. Beyond 2^53 it is not exact. */
export function parameterCount(config: RecurrentConfig): number {
  const { vocabSize: V, embeddingSize: D, hiddenSize: H, layers, tied } = config;
  const top = widthOf(config, layers - 1);
  const first = layerSize(config, D, widthOf(config, 0));
  const above = layers === 1 ? 0 : (layers - 2) * layerSize(config, H, H) + layerSize(config, H, top);
  return V * D + first + above + (tied ? 0 : top * V) + V;
}

function layerSize({ cell, resetAfter }: RecurrentConfig, below: number, width: number): number {
  const { gates, recurrentWeight } = cells[cell];
  const rows = below + (recurrentWeight ? width : 0) + 1;
  return rows * gates.length * width + (resetAfter ? width : 0);
}

/** Throws for more layers than can be built. */
export function checkLayers({ layers }: RecurrentConfig, where: string): void {
  if (layers <= MAX_LAYERS) return;
  throw new UnrolledError(
    'config',
    `${where}: layers is ${layers}; it must be an integer from 1 to ${MAX_LAYERS}. Use fewer, wider layers.`,
  );
}
