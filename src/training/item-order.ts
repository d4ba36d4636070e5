import type { ItemOrder } from '../data/batches/item-batches.ts';
import { mix } from '../tensor/mask.ts';
import { Random } from '../tensor/random.ts';

/** Keeps this random stream apart from those of the weights and the block lengths. */
const SALT = 0x6f726465;

/**
 * Shuffles the items at the start of each epoch (Fisher and Yates). The order depends only on the seed and the epoch.
 * @param seed an integer from 0 to 2³² − 1
 */
export function shuffledItems(seed: number): ItemOrder {
  return (epoch, items) => {
    const random = new Random(mix(mix(seed ^ SALT) ^ (epoch >>> 0)));
    const order = new Int32Array(items);
    for (let i = 0; i < items; i++) {
      const j = Math.floor(random.uniform() * (i + 1));
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  };
}
