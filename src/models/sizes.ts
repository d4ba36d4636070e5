import { UnrolledError } from '../errors.ts';
import { cells } from './cells.ts';
import { modulationOf, type RecurrentConfig, widthOf } from './config.ts';

/** The maximum number of layers: each needs objects and arrays, however narrow it is. */
export const MAX_LAYERS = 1000;

/** The number of parameters of a model, without a loop over its layers. It is not exact above 2^53. */
export function parameterCount(config: RecurrentConfig): number {
  const { vocabSize: V, embeddingSize: D, hiddenSize: H, layers, tied } = config;
  const top = widthOf(config, layers - 1);
  const first = layerSize(config, D, widthOf(config, 0));
  const above = layers === 1 ? 0 : (layers - 2) * layerSize(config, H, H) + layerSize(config, H, top);
  return V * D + first + above + (tied ? 0 : top * V) + V;
}

function layerSize(config: RecurrentConfig, below: number, width: number): number {
  const { gates, recurrentWeight, modulated } = cells[config.cell];
  const rows = below + (recurrentWeight ? width : 0) + 1;
  const { X, Y, K } = modulationOf(config);
  const modulation = modulated ? (X + Y) * K * (below + width) : 0;
  return rows * gates.length * width + (config.resetAfter ? width : 0) + modulation;
}

/** Throws for more than MAX_LAYERS layers. */
export function checkLayers({ layers }: RecurrentConfig, where: string): void {
  if (layers <= MAX_LAYERS) return;
  throw new UnrolledError(
    'config',
    `${where}: layers is ${layers}; it must be an integer from 1 to ${MAX_LAYERS}. Use fewer, wider layers.`,
  );
}
