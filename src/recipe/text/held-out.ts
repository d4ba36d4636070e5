import { UnrolledError } from '../../errors.ts';
import { mix } from '../../tensor/mask.ts';
import { Random } from '../../tensor/random.ts';

/** Not the seed itself, which draws the weights, nor what block lengths and orders of items are drawn from. */
const SALT = 0x68656c64;

/**
 * Chooses items for validation, each with the same probability: 1 for those, 0 for the others, which are trained on. The same count,
 * fraction and seed choose the same items, so that a file in alphabetical order is no problem.
 * @param fraction above 0 and below 1; at least one item is chosen, and one is left
 * @throws UnrolledError for fewer than two items
 */
export function drawHeldOut(count: number, fraction: number, seed: number): Uint8Array {
  if (count < 2) {
    throw new UnrolledError(
      'text-short',
      `train: the text has ${count} item(s) that are not empty; it needs 2, one to train on and one for validation. ` +
        'Use a longer text, or a validation text of its own.',
    );
  }
  const chosen = new Uint8Array(count);
  const random = new Random(mix(seed ^ SALT));
  let left = Math.min(count - 1, Math.max(1, Math.round(count * fraction)));
  // Selection sampling (Knuth, volume 2, algorithm 3.4.2 S): one pass, and exactly so many.
  for (let i = 0; i < count; i++) {
    if (random.uniform() * (count - i) >= left) continue;
    chosen[i] = 1;
    left -= 1;
  }
  return chosen;
}
