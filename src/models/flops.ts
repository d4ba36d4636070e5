import type { RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';

/**
 * Operations of the matrix products that a trained token costs: each weight matrix is multiplied once
 * forward and twice backward, a multiplication and an addition each. Looking up a row costs none.
 *
 * @param sample the tokens among which a loss is measured; all by default
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
