// Each filter takes the probabilities (V) of the tokens that may come and sets those that it excludes to 0.
import { keepUntil, sumOf } from './select.ts';
import type { VocabularyRow } from './softmax.ts';

/** Leaves the k likeliest tokens (Fan et al. 2018), of equals those with the lower id; the others get 0. */
export function topK(chances: VocabularyRow, k: number): void {
  if (k < chances.length) keepUntil(chances, chances, k);
}

/**
 * Leaves the likeliest tokens, as few as have the share p of the probability together: nucleus sampling
 * (Holtzman et al. 2020). The others get 0.
 */
export function topP(chances: VocabularyRow, p: number): void {
  if (p < 1) keepUntil(chances, chances, p * sumOf(chances), chances);
}

/** Leaves the tokens that are at least `share` as likely as the likeliest (Nguyen et al. 2024); the others get 0. */
export function minP(chances: VocabularyRow, share: number): void {
  let max = 0;
  for (let id = 0; id < chances.length; id++) if (chances[id] > max) max = chances[id];
  for (let id = 0; id < chances.length; id++) if (chances[id] < share * max) chances[id] = 0;
}

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
