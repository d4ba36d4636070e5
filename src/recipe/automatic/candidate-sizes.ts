import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Recipe } from '../recipe.ts';

/** A candidate model size, with the dropout and the training length that suit it. */
export interface ModelSize extends Pick<Recipe, 'layers' | 'wordvec' | 'hidden'> {
  /** Dropout probability. */
  readonly dropout: number;
  /** With fewer epochs, a smaller model is better. */
  readonly neededEpochs: number;
  /** Minimum text length, in tokens: a model of this size overfits a shorter text. */
  readonly fromTokens: number;
}

/**
 * Word models, from small to large. The output layer dominates the cost, and its weights are tied to the embedding. Needed
 * epochs up to 10 were measured on the bundled speeches and on Penn Treebank; a dropout of 0.5 needs more (40 in the book).
 */
const words: readonly ModelSize[] = [
  { layers: 1, wordvec: 64, hidden: 64, dropout: 0.2, neededEpochs: 8, fromTokens: 0 },
  { layers: 1, wordvec: 100, hidden: 100, dropout: 0.2, neededEpochs: 8, fromTokens: 100_000 },
  { layers: 1, wordvec: 150, hidden: 150, dropout: 0.3, neededEpochs: 8, fromTokens: 250_000 },
  { layers: 1, wordvec: 200, hidden: 200, dropout: 0.3, neededEpochs: 8, fromTokens: 400_000 },
  { layers: 2, wordvec: 200, hidden: 400, dropout: 0.35, neededEpochs: 10, fromTokens: 600_000 },
  { layers: 2, wordvec: 400, hidden: 650, dropout: 0.5, neededEpochs: 20, fromTokens: 900_000 },
];

/** Character and byte models. The recurrent layers dominate the cost. Needed epochs: measured on tiny Shakespeare. */
const characters: readonly ModelSize[] = [
  { layers: 1, wordvec: 32, hidden: 96, dropout: 0, neededEpochs: 4, fromTokens: 0 },
  { layers: 1, wordvec: 64, hidden: 192, dropout: 0.1, neededEpochs: 4, fromTokens: 200_000 },
  { layers: 1, wordvec: 64, hidden: 320, dropout: 0.1, neededEpochs: 4, fromTokens: 500_000 },
  { layers: 2, wordvec: 64, hidden: 320, dropout: 0.2, neededEpochs: 4, fromTokens: 1_000_000 },
  { layers: 2, wordvec: 64, hidden: 512, dropout: 0.3, neededEpochs: 4, fromTokens: 2_000_000 },
];

/**
 * The candidate sizes for a text, from small to large.
 * @param granularity `word` for words and pieces, otherwise characters or bytes
 * @param tokens length of the text, in tokens
 */
export function candidateSizes(granularity: Tokenizer['granularity'], tokens: number): readonly ModelSize[] {
  return (granularity === 'word' ? words : characters).filter(({ fromTokens }) => fromTokens <= tokens);
}
