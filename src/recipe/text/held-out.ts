import { UnrolledError } from '../../errors.ts';
import { mix } from '../../tensor/mask.ts';
import { Random } from '../../tensor/random.ts';

/** Keeps this random stream apart from those of the weights, block lengths and item orders. */
const SALT = 0x68656c64;

/**
 * Draws the items held out for validation, uniformly at random, so that the order of the file doesn't matter. The draw
 * depends only on the count, the fraction and the seed.
 * @param fraction between 0 and 1; at least one item is held out, and at least one is not
 * @returns 1 for items held out, 0 for items to train on
 * @throws UnrolledError `text-short` for fewer than two items
 */
export function drawHeldOut(count: number, fraction: number, seed: number): Uint8Array {
  if (count < 2) {
    throw new UnrolledError(
      'text-short',
      `train: the text has ${count === 1 ? '1 non-empty item' : 'no non-empty item'}; it needs at least 2, for training and validation. ` +
        'Use a longer text, or pass a validation text.',
    );
  }
  const chosen = new Uint8Array(count);
  const random = new Random(mix(seed ^ SALT));
  let left = Math.min(count - 1, Math.max(1, Math.round(count * fraction)));
  // Selection sampling (Knuth, volume 2, algorithm 3.4.2 S): one pass, exact count.
  for (let i = 0; i < count; i++) {
    if (random.uniform() * (count - i) >= left) continue;
    chosen[i] = 1;
    left -= 1;
  }
  return chosen;
}
