import type { Batches } from '../../data/batches/batches.ts';
import { ItemBatches } from '../../data/batches/item-batches.ts';
import { type BlockLengths, StreamBatches } from '../../data/batches/stream-batches.ts';
import { Corpus } from '../../data/corpus.ts';
import type { TokenCorpus } from '../../data/token-corpus.ts';
import { shuffledItems } from '../../training/item-order.ts';
import type { Recipe } from '../recipe.ts';

/** The training batches of a recipe: items are shuffled each epoch, continuous text keeps its order. */
export function trainingBatches(train: TokenCorpus, recipe: Recipe, lengths: BlockLengths | null): Batches {
  const { batch: N, time: T, streams: end, seed } = recipe;
  const block = { N, T, ...(lengths && { lengths }) };
  return train instanceof Corpus && train.items !== null
    ? new ItemBatches(train, { ...block, order: shuffledItems(seed) })
    : new StreamBatches(train.tokens, { ...block, end });
}
