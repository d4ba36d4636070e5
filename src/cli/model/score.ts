import type { Corpus } from '../../data/corpus.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import { evaluate } from '../../training/evaluate.ts';
import { bigramPerplexity, type NgramCounts, unigramPerplexity } from '../../training/ngram.ts';
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
