import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Recipe } from '../recipe.ts';

/** The sizes of a model, and what suits them. */
export interface ModelSize extends Pick<Recipe, 'layers' | 'wordvec' | 'hidden'> {
  readonly dropout: number;
  /** With fewer epochs, a narrower model is better. */
  readonly neededEpochs: number;
  /** A model of this width overfits a text of fewer tokens. */
  readonly fromTokens: number;
}

/**
 * From narrow to wide. For words, the products with V cost most, and W is the embedding's table. The needed epochs,
 * up to 10, were measured on the bundled speeches and on Penn Treebank; a dropout of a half needs more (40 in the book).
 */
const words: readonly ModelSize[] = [
  { layers: 1, wordvec: 64, hidden: 64, dropout: 0.2, neededEpochs: 8, fromTokens: 0 },
  { layers: 1, wordvec: 100, hidden: 100, dropout: 0.2, neededEpochs: 8, fromTokens: 100_000 },
  { layers: 1, wordvec: 150, hidden: 150, dropout: 0.3, neededEpochs: 8, fromTokens: 250_000 },
  { layers: 1, wordvec: 200, hidden: 200, dropout: 0.3, neededEpochs: 8, fromTokens: 400_000 },
  { layers: 2, wordvec: 200, hidden: 400, dropout: 0.35, neededEpochs: 10, fromTokens: 600_000 },
  { layers: 2, wordvec: 400, hidden: 650, dropout: 0.5, neededEpochs: 20, fromTokens: 900_000 },
];

/** For characters and bytes, nearly all the cost is the recurrent layers'. Their epochs: tiny Shakespeare. */
const characters: readonly ModelSize[] = [
  { layers: 1, wordvec: 32, hidden: 96, dropout: 0, neededEpochs: 4, fromTokens: 0 },
  { layers: 1, wordvec: 64, hidden: 192, dropout: 0.1, neededEpochs: 4, fromTokens: 200_000 },
  { layers: 1, wordvec: 64, hidden: 320, dropout: 0.1, neededEpochs: 4, fromTokens: 500_000 },
  { layers: 2, wordvec: 64, hidden: 320, dropout: 0.2, neededEpochs: 4, fromTokens: 1_000_000 },
  { layers: 2, wordvec: 64, hidden: 512, dropout: 0.3, neededEpochs: 4, fromTokens: 2_000_000 },
];

/** The candidate sizes for a text of `tokens` tokens, from narrow to wide. */
export function candidateSizes(granularity: Tokenizer['granularity'], tokens: number): readonly ModelSize[] {
  return (granularity === 'word' ? words : characters).filter(({ fromTokens }) => fromTokens <= tokens);
}
