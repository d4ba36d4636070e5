import type { Corpus } from '../../data/corpus.ts';
import type { CacheOptions } from '../adaptation/continuous-cache.ts';
import type { DynamicOptions } from '../adaptation/dynamic-evaluation.ts';
import { bigramPerplexity, type NgramCounts, unigramPerplexity } from '../ngram/ngram.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { type Evaluation, evaluate } from './evaluate.ts';

/** How a model adapts to the text that it reads; at least one of the two. */
export type Adaptation = { readonly dynamic?: DynamicOptions; readonly cache?: CacheOptions };

/** How well a model predicts a text, beside n-gram baselines; null for what can't be computed. */
export type Score = {
  readonly perplexity: number;
  readonly knownPerplexity: number;
  readonly bitsPerCharacter: number;
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly unknownRate: number;
  readonly unigramPerplexity: number | null;
  readonly bigramPerplexity: number | null;
};

/**
 * The scores that change when the model adapts to the text that it reads, and the options of the adaptation.
 */
export type AdaptedScore = Adaptation &
  Pick<Evaluation, 'perplexity' | 'knownPerplexity' | 'bitsPerCharacter'>;

/** @param counts those of the training text, when they are known; without pairs there is no bigram baseline */
export async function assess(
  model: TrainableModel,
  corpus: Corpus,
  counts: NgramCounts | null,
  signal?: AbortSignal,
): Promise<Score> {
  const { perplexity, knownPerplexity, bitsPerCharacter } = await evaluate(
    model,
    corpus,
    signal ? { signal } : {},
  );
  return {
    perplexity,
    knownPerplexity,
    bitsPerCharacter,
    tokens: corpus.ids.length,
    unknownTokens: corpus.unknownCount,
    unknownRate: corpus.unknownCount / corpus.ids.length,
    unigramPerplexity: counts && unigramPerplexity(counts, corpus.ids),
    bigramPerplexity: counts && counts.bigrams.length > 0 ? bigramPerplexity(counts, corpus.ids) : null,
  };
}

export async function assessAdapted(
  model: TrainableModel,
  corpus: Corpus,
  adaptation: Adaptation,
  signal: AbortSignal,
): Promise<AdaptedScore> {
  const options = { ...adaptation, signal };
  const { perplexity, knownPerplexity, bitsPerCharacter } = await evaluate(model, corpus, options);
  return { ...adaptation, perplexity, knownPerplexity, bitsPerCharacter };
}
