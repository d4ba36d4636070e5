import { initEmbedding } from '../models/initial/embedding.ts';
import { initOutputBias } from '../models/initial/output-bias.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import { mix } from '../tensor/mask.ts';
import { Random } from '../tensor/random.ts';
import type { NgramCounts } from '../training/ngram/ngram.ts';
import type { Recipe } from './recipe.ts';
import type { TrainingData } from './text/training-data.ts';

/** Replaces random initial weights by those that the recipe takes from the training text. */
export function initFromText(
  model: RecurrentLM,
  { initEmbedding: embedding, initScale, outputBias, seed }: Recipe,
  { train, vocabulary }: Pick<TrainingData, 'train' | 'vocabulary'>,
  { unigrams }: NgramCounts,
): void {
  if (outputBias === 'unigram') initOutputBias(model, withUnseen(unigrams, vocabulary.unknownId));
  if (embedding !== 'cooccurrence') return;
  // Separate from the random streams of the weights and of block lengths.
  const random = new Random(mix(mix(seed)));
  // The root mean square of numbers that are uniform up to initScale.
  initEmbedding(model, train.tokens, {
    random,
    ...(initScale != null && { deviation: initScale / Math.sqrt(3) }),
  });
}

/**
 * An unknown token that the text lacks is expected as often as tokens occur once in it (Good 1953).
 * @param unknownId −1 if the vocabulary has none
 */
function withUnseen(unigrams: Int32Array, unknownId: number): Int32Array {
  if (unigrams[unknownId] !== 0) return unigrams;
  const counts = unigrams.slice();
  counts[unknownId] = unigrams.filter((count) => count === 1).length;
  return counts;
}
