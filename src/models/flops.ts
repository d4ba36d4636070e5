import type { RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';

/**
 * Operations of the matrix products that a trained token costs: each weight matrix is multiplied once
 * forward and twice backward, a multiplication and an addition each. Looking up a row costs none.
 */
export function flopsPerToken(config: RecurrentConfig): number {
  let weights = 0;
  for (const [name, [rows, columns]] of parameterShapes(config)) {
    const lookedUp = name === 'embedding.W' && !config.tied;
    if (columns !== undefined && !lookedUp) weights += rows * columns;
  }
  return 6 * weights;
}
