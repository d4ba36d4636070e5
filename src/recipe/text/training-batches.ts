import type { Batches } from '../../data/batches/batches.ts';
import { ItemBatches } from '../../data/batches/item-batches.ts';
import { type BlockLengths, StreamBatches } from '../../data/batches/stream-batches.ts';
import { Corpus } from '../../data/corpus.ts';
import type { TokenCorpus } from '../../data/token-corpus.ts';
import { shuffledItems } from '../../training/item-order.ts';
import type { Recipe } from '../recipe.ts';

/** Feeds the training text in the blocks of a recipe: items in another order at each pass, endless text as it is. */
export function trainingBatches(train: TokenCorpus, recipe: Recipe, lengths: BlockLengths | null): Batches {
  const { batch: N, time: T, streams: end, seed } = recipe;
  const block = { N, T, ...(lengths && { lengths }) };
  return train instanceof Corpus && train.items !== null
    ? new ItemBatches(train, { ...block, order: shuffledItems(seed) })
    : new StreamBatches(train.tokens, { ...block, end });
}
