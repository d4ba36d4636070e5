import type { VocabularyRow } from './softmax.ts';

/** Leaves the tokens that are at least `share` as likely as the likeliest (Nguyen et al. 2024); the others get 0. */
export function minP(chances: VocabularyRow, share: number): void {
  let max = 0;
  for (let id = 0; id < chances.length; id++) if (chances[id] > max) max = chances[id];
  for (let id = 0; id < chances.length; id++) if (chances[id] < share * max) chances[id] = 0;
}
