import type { Score } from '../../training/evaluation/assess.ts';
import { count, percent, perplexity } from '../terminal/format.ts';
import { table } from '../terminal/table.ts';

/** One column per text. The row for known tokens is left out if there are no unknown ones. */
export function scoreTable(scores: readonly (readonly [name: string, score: Score])[]): string {
  const row = (name: string, cell: (score: Score) => string) => [
    name,
    ...scores.map(([, score]) => cell(score)),
  ];
  return table([
    ['', ...scores.map(([name]) => name)],
    row('perplexity', (score) => perplexity(score.perplexity)),
    ...(scores.some(([, score]) => score.unknownTokens > 0)
      ? [row('  over known tokens', (score) => perplexity(score.knownPerplexity))]
      : []),
    row('unigram (add-one)', (score) => perplexity(score.unigramPerplexity)),
    row('bigram (Kneser-Ney)', (score) => perplexity(score.bigramPerplexity)),
    ...(scores.some(([, score]) => score.perWordPerplexity !== undefined)
      ? [row('perplexity per word', (score) => perplexity(score.perWordPerplexity))]
      : []),
    row('bits per byte', (score) => score.bitsPerByte.toFixed(3)),
    row('bits per character', (score) => score.bitsPerCharacter.toFixed(3)),
    row('tokens', (score) => count(score.tokens)),
    row('out of vocabulary', (score) => (score.unknownTokens > 0 ? percent(score.unknownRate) : 'none')),
  ]);
}
