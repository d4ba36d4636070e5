import type { Corpus } from '../../data/corpus.ts';
import type { Group } from '../../distributed/group.ts';
import type { CacheOptions } from '../adaptation/continuous-cache.ts';
import type { DynamicOptions } from '../adaptation/dynamic-evaluation.ts';
import { bigramPerplexity, type NgramCounts, unigramPerplexity } from '../ngram/ngram.ts';
import type { TrainableModel } from '../trainable-model.ts';
import { type Bits, perWordPerplexity } from './bits.ts';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.ts';

/** How a model adapts to the text during evaluation; at least one of the two is set. */
export type Adaptation = { readonly dynamic?: DynamicOptions; readonly cache?: CacheOptions };

/** Metrics of a model on a text, with or without adaptation. */
export type Metrics = Pick<Evaluation, 'perplexity' | 'knownPerplexity' | keyof Bits> & Partial<PerWord>;

/** The perplexity per word, when requested. */
type PerWord = {
  /** Number of words and line ends in the text. */
  readonly words: number;
  readonly perWordPerplexity: number;
};

/** Metrics of a model on a text with n-gram baselines; null for a baseline that can't be computed. */
export type Score = Metrics & {
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly unknownRate: number;
  readonly unigramPerplexity: number | null;
  readonly bigramPerplexity: number | null;
};

/**
 * The metrics that change under adaptation, and the adaptation's options.
 */
export type AdaptedScore = Adaptation & Metrics;

interface AssessOptions {
  readonly signal?: AbortSignal | undefined;
  /** The processes that evaluate together. Default: this process alone. */
  readonly group?: Group | undefined;
  /** Number of words and line ends in the text, to compute the perplexity per word. Default: not computed. */
  readonly words?: number | undefined;
}

/**
 * Evaluates a model and its n-gram baselines on a text.
 * @param counts n-gram counts of the training text, or null; without bigram counts there is no bigram baseline
 */
export async function assess(
  model: TrainableModel,
  corpus: Corpus,
  counts: NgramCounts | null,
  { signal, group, words }: AssessOptions = {},
): Promise<Score> {
  // The end token before the first item is not part of the text.
  const tokens = corpus.ids.length - (corpus.items === null ? 0 : 1);
  return {
    ...(await measure(model, corpus, { ...(signal && { signal }), ...(group && { group }) }, words)),
    tokens,
    unknownTokens: corpus.unknownCount,
    unknownRate: corpus.unknownCount / tokens,
    unigramPerplexity: counts && unigramPerplexity(counts, corpus.ids),
    bigramPerplexity: counts && counts.bigrams.length > 0 ? bigramPerplexity(counts, corpus.ids) : null,
  };
}

/** Evaluates a model that adapts to the text. */
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
