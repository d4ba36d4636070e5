import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Recipe } from '../recipe.ts';

type Granularity = Tokenizer['granularity'];

/** A candidate model size, with the dropout, the learning rate and the training length that suit it. */
export interface ModelSize extends Pick<Recipe, 'cell' | 'layers' | 'wordvec' | 'hidden' | 'dropout'> {
  /** Learning rate with Adam. Default: that of `adamSets`. */
  readonly lr?: number;
  /** Training length, in tokens over all epochs: with a shorter one, a smaller model is better. */
  readonly neededTokens: number;
}

/** A row of the tables below. */
interface SizeRow extends ModelSize {
  /** Dropout probability for a text below `LONG_TEXT`. Default: `dropout`. */
  readonly shortDropout?: number;
  /** Minimum text length, in tokens: a model of this size overfits a shorter text. */
  readonly fromTokens: number;
}

/** Length from which a text is a long one, in tokens. */
const LONG_TEXT: Readonly<Record<Granularity, number>> = { word: 250_000, character: 500_000 };

/** The shape of a network with a cell. */
const shapes = (cell: Recipe['cell']) => (layers: number, wordvec: number, hidden: number) => ({
  ...{ cell, layers, wordvec, hidden },
});
const [lstm, mogrifier] = [shapes('lstm'), shapes('mogrifier-lstm')];

/**
 * From small to large. In word models the output layer dominates the cost, and its weights are tied to the embedding; in
 * character and byte models, the recurrent layers do. Measured in docs/recipe-notes.md; above a rate of 0.003, a mogrifier
 * LSTM diverges.
 */
const sizes: Readonly<Record<Granularity, readonly SizeRow[]>> = {
  word: [
    { ...lstm(1, 64, 64), dropout: 0.3, neededTokens: 0, fromTokens: 0 },
    { ...lstm(1, 100, 100), dropout: 0.2, shortDropout: 0.5, neededTokens: 600_000, fromTokens: 40_000 },
    { ...lstm(1, 200, 200), dropout: 0.4, shortDropout: 0.5, neededTokens: 1_500_000, fromTokens: 100_000 },
    { ...lstm(1, 300, 300), dropout: 0.5, shortDropout: 0.6, neededTokens: 2_400_000, fromTokens: 120_000 },
    { ...mogrifier(2, 200, 400), dropout: 0.2, lr: 0.003, neededTokens: 3_600_000, fromTokens: 600_000 },
    { ...mogrifier(2, 400, 650), dropout: 0.4, lr: 0.003, neededTokens: 5_400_000, fromTokens: 900_000 },
  ],
  character: [
    { ...lstm(1, 32, 96), dropout: 0, neededTokens: 0, fromTokens: 0 },
    { ...lstm(1, 64, 192), dropout: 0.1, shortDropout: 0.3, neededTokens: 2_000_000, fromTokens: 30_000 },
    { ...lstm(1, 64, 320), dropout: 0.1, shortDropout: 0.3, neededTokens: 4_000_000, fromTokens: 250_000 },
    { ...lstm(1, 64, 512), dropout: 0.2, lr: 0.006, neededTokens: 6_000_000, fromTokens: 1_000_000 },
    { ...lstm(2, 64, 512), dropout: 0.3, lr: 0.006, neededTokens: 12_000_000, fromTokens: 2_000_000 },
  ],
};

/**
 * The candidate sizes for a text, from small to large.
 * @param granularity `word` for words and pieces, otherwise characters or bytes
 * @param tokens length of the text, in tokens
 */
export function candidateSizes(granularity: Granularity, tokens: number): readonly ModelSize[] {
  const isShort = tokens < LONG_TEXT[granularity];
  return sizes[granularity]
    .filter(({ fromTokens }) => fromTokens <= tokens)
    .map(({ shortDropout, fromTokens: _, ...size }) => ({
      ...size,
      ...(isShort && shortDropout !== undefined && { dropout: shortDropout }),
    }));
}
