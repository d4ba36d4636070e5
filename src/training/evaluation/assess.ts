import type { Corpus } from '../../data/corpus.ts';
import type { CacheOptions } from '../adaptation/continuous-cache.ts';
import type { DynamicOptions } from '../adaptation/dynamic-evaluation.ts';
import { bigramPerplexity, type NgramCounts, unigramPerplexity } from '../ngram/ngram.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { type Bits, perWordPerplexity } from './bits.ts';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.ts';

/** How a model adapts to the text that it reads; at least one of the two. */
export type Adaptation = { readonly dynamic?: DynamicOptions; readonly cache?: CacheOptions };

/** What is measured of a model's predictions, with or without adaptation. */
export type Metrics = Pick<Evaluation, 'perplexity' | 'knownPerplexity' | keyof Bits> & Partial<PerWord>;

/** The perplexity of a word, where it is asked for. */
type PerWord = {
  /** Words between white space and line ends of the text. */
  readonly words: number;
  readonly perWordPerplexity: number;
};

/** How well a model predicts a text, beside n-gram baselines; null for what can't be computed. */
export type Score = Metrics & {
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly unknownRate: number;
  readonly unigramPerplexity: number | null;
  readonly bigramPerplexity: number | null;
};

/**
 * The scores that change when the model adapts to the text that it reads, and the options of the adaptation.
 */
export type AdaptedScore = Adaptation & Metrics;

interface AssessOptions {
  readonly signal?: AbortSignal | undefined;
  /** Words and line ends of the text, for the perplexity of a word. Default: without it. */
  readonly words?: number | undefined;
}

/** @param counts those of the training text, when they are known; without pairs there is no bigram baseline */
export async function assess(
  model: TrainableModel,
  corpus: Corpus,
  counts: NgramCounts | null,
  { signal, words }: AssessOptions = {},
): Promise<Score> {
  // The end token before the first item is none of the text.
  const tokens = corpus.ids.length - (corpus.items === null ? 0 : 1);
  return {
    ...(await measure(model, corpus, signal ? { signal } : {}, words)),
    tokens,
    unknownTokens: corpus.unknownCount,
    unknownRate: corpus.unknownCount / tokens,
    unigramPerplexity: counts && unigramPerplexity(counts, corpus.ids),
    bigramPerplexity: counts && counts.bigrams.length > 0 ? bigramPerplexity(counts, corpus.ids) : null,
  };
}

export async function assessAdapted(
  model: TrainableModel,
  corpus: Corpus,
  adaptation: Adaptation,
  { signal, words }: AssessOptions = {},
): Promise<AdaptedScore> {
  return {
    ...adaptation,
    ...(await measure(model, corpus, { ...adaptation, ...(signal && { signal }) }, words)),
  };
}

async function measure(
  model: TrainableModel,
  corpus: Corpus,
  options: EvaluateOptions,
  words: number | undefined,
): Promise<Metrics> {
  const evaluation = await evaluate(model, corpus, options);
  const { perplexity, knownPerplexity, bitsPerByte, bitsPerCharacter, loss } = evaluation;
  const measured = { perplexity, knownPerplexity, bitsPerByte, bitsPerCharacter };
  if (words === undefined) return measured;
  return { ...measured, words, perWordPerplexity: perWordPerplexity(loss, words, corpus) };
}
