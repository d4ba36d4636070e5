import { keepUntil } from './select.ts';
import type { VocabularyRow } from './softmax.ts';

/** Leaves the k likeliest tokens (Fan et al. 2018), of equals those with the lower id; the others get 0. */
export function topK(chances: VocabularyRow, k: number): void {
  if (k < chances.length) keepUntil(chances, chances, k);
}
