import type { RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';

/**
 * The floating-point operations (multiplications and additions) of the matrix products for training on one token: each
 * weight matrix has one product in the forward pass and two in the backward pass. Embedding lookups have none.
 *
 * @param sample K of a sampled softmax. Default: V, the full softmax
 */
export function flopsPerToken(config: RecurrentConfig, sample: number = config.vocabSize): number {
  const table = config.tied ? 'embedding.W' : 'affine.W';
  let weights = 0;
  for (const [name, [rows, columns]] of parameterShapes(config)) {
    const lookedUp = name === 'embedding.W' && !config.tied;
    if (columns === undefined || lookedUp) continue;
    weights += name === table ? Math.min(1, sample / config.vocabSize) * rows * columns : rows * columns;
  }
  return 6 * weights;
}
