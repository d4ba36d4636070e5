import type { ItemOrder } from '../data/batches/item-batches.ts';
import { mix } from '../tensor/mask.ts';
import { Random } from '../tensor/random.ts';

/** Not the seed itself, which draws the weights, nor its `mix`, which draws block lengths. */
const SALT = 0x6f726465;

/**
 * Another order of the items for each pass, drawn by the seed (Fisher and Yates): each order has the same probability, and a
 * pass has the same order whatever came before.
 * @param seed an integer from 0 to 2³² − 1
 */
export function shuffledItems(seed: number): ItemOrder {
  return (pass, items) => {
    const random = new Random(mix(mix(seed ^ SALT) ^ (pass >>> 0)));
    const order = new Int32Array(items);
    for (let i = 0; i < items; i++) {
      const j = Math.floor(random.uniform() * (i + 1));
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  };
}
