// Each filter takes the probabilities (V) of the allowed tokens and sets those that it excludes to 0.
import { keepUntil, sumOf } from './select.ts';
import type { VocabularyRow } from './softmax.ts';

/** Top-k (Fan et al. 2018): keeps the k most likely tokens, ties by lower id; the others get 0. */
export function topK(probs: VocabularyRow, k: number): void {
  if (k < probs.length) keepUntil(probs, probs, k);
}

/**
 * Nucleus sampling (Holtzman et al. 2020): keeps the fewest most likely tokens whose total probability is at
 * least p. The others get 0.
 */
export function topP(probs: VocabularyRow, p: number): void {
  if (p < 1) keepUntil(probs, probs, p * sumOf(probs), probs);
}

/**
 * Min-p (Nguyen et al. 2024): keeps tokens of at least `ratio` times the highest probability; the others get
 * 0.
 */
export function minP(probs: VocabularyRow, ratio: number): void {
  let max = 0;
  for (let id = 0; id < probs.length; id++) if (probs[id] > max) max = probs[id];
  for (let id = 0; id < probs.length; id++) if (probs[id] < ratio * max) probs[id] = 0;
}

/**
 * Typical sampling (Meister et al. 2023): keeps the fewest tokens whose surprisal −log p is closest to the
 * entropy and whose total probability is at least `mass`. The others get 0.
 */
export function typical(probs: VocabularyRow, mass: number): void {
  if (mass >= 1) return;
  const sum = sumOf(probs);
  const surprisals = new Float64Array(probs.length);
  let entropy = 0;
  for (let id = 0; id < probs.length; id++) {
    if (probs[id] === 0) continue;
    surprisals[id] = -Math.log(probs[id] / sum);
    entropy += (probs[id] / sum) * surprisals[id];
  }
  const closeness = surprisals.map((surprisal) => -Math.abs(surprisal - entropy));
  keepUntil(probs, closeness, mass * sum, probs);
}
