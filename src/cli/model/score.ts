import type { Corpus } from '../../data/corpus.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import { type Evaluation, evaluate } from '../../training/evaluate.ts';
import { bigramPerplexity, type NgramCounts, unigramPerplexity } from '../../training/ngram.ts';
import type { Adaptation } from '../arguments/adaptation-options.ts';
import { count, percent, perplexity } from '../terminal/format.ts';
import { table } from '../terminal/table.ts';

/** How well a model predicts a text, beside what counting words gives; null is what can't be known. */
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

/** What of a score changes when the model adapts to the text that it reads, and how it was told to. */
export type AdaptedScore = Adaptation &
  Pick<Evaluation, 'perplexity' | 'knownPerplexity' | 'bitsPerCharacter'>;

/** @param counts those of the training text, when they are known; without pairs there is no bigram baseline */
export async function scoreText(
  model: RecurrentLM,
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

export async function scoreAdapted(
  model: RecurrentLM,
  corpus: Corpus,
  adaptation: Adaptation,
  signal: AbortSignal,
): Promise<AdaptedScore> {
  const options = { ...adaptation, signal };
  const { perplexity, knownPerplexity, bitsPerCharacter } = await evaluate(model, corpus, options);
  return { ...adaptation, perplexity, knownPerplexity, bitsPerCharacter };
}

/** One column a text. */
export function scoreTable(scores: readonly (readonly [name: string, score: Score])[]): string {
  const row = (name: string, cell: (score: Score) => string) => [
    name,
    ...scores.map(([, score]) => cell(score)),
  ];
  return table([
    ['', ...scores.map(([name]) => name)],
    row('perplexity', (score) => perplexity(score.perplexity)),
    row('  over known tokens', (score) => perplexity(score.knownPerplexity)),
    row('unigram (add-one)', (score) => perplexity(score.unigramPerplexity)),
    row('bigram (Kneser-Ney)', (score) => perplexity(score.bigramPerplexity)),
    row('bits per character', (score) => score.bitsPerCharacter.toFixed(3)),
    row('tokens', (score) => count(score.tokens)),
    row('out of vocabulary', (score) => percent(score.unknownRate)),
  ]);
}
