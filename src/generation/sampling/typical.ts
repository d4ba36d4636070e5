import { keepUntil, sumOf } from './select.ts';
import type { VocabularyRow } from './softmax.ts';

/**
 * Leaves the tokens whose surprise −log p is closest to the one to be expected, the entropy: as few as
 * have the share `mass` of the probability together (Meister et al. 2023). The others get 0.
 */
export function typical(chances: VocabularyRow, mass: number): void {
  if (mass >= 1) return;
  const sum = sumOf(chances);
  const surprises = new Float64Array(chances.length);
  let entropy = 0;
  for (let id = 0; id < chances.length; id++) {
    if (chances[id] === 0) continue;
    surprises[id] = -Math.log(chances[id] / sum);
    entropy += (chances[id] / sum) * surprises[id];
  }
  const closeness = surprises.map((surprise) => -Math.abs(surprise - entropy));
  keepUntil(chances, closeness, mass * sum, chances);
}
