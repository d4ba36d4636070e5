import { keepUntil, sumOf } from './select.ts';
import type { VocabularyRow } from './softmax.ts';

/**
 * Leaves the likeliest tokens, as few as have the share p of the probability together: nucleus sampling
 * (Holtzman et al. 2020). The others get 0.
 */
export function topP(chances: VocabularyRow, p: number): void {
  if (p < 1) keepUntil(chances, chances, p * sumOf(chances), chances);
}
