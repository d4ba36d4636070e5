import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Recipe } from '../recipe.ts';

/** A candidate model size, with the dropout, the learning rate and the training length that suit it. */
export interface ModelSize extends Pick<Recipe, 'cell' | 'layers' | 'wordvec' | 'hidden'> {
  /** Dropout probability. */
  readonly dropout: number;
  /** Learning rate with Adam. Default: that of `adamSets`. */
  readonly lr?: number;
  /** With fewer epochs, a smaller model is better. */
  readonly neededEpochs: number;
  /** Minimum text length, in tokens: a model of this size overfits a shorter text. */
  readonly fromTokens: number;
}

/** The shape of a network with a cell. */
const shapes = (cell: Recipe['cell']) => (layers: number, wordvec: number, hidden: number) => ({
  ...{ cell, layers, wordvec, hidden },
});
const [lstm, mogrifier] = [shapes('lstm'), shapes('mogrifier-lstm')];

/**
 * Word models, from small to large. The output layer dominates the cost, and its weights are tied to the embedding. Measured
 * on the bundled speeches, on pieces of tiny Shakespeare and on Penn Treebank; above 0.003, a mogrifier LSTM diverges.
 */
const words: readonly ModelSize[] = [
  { ...lstm(1, 64, 64), dropout: 0.2, neededEpochs: 6, fromTokens: 0 },
  { ...lstm(1, 100, 100), dropout: 0.2, neededEpochs: 6, fromTokens: 100_000 },
  { ...lstm(1, 200, 200), dropout: 0.4, neededEpochs: 6, fromTokens: 250_000 },
  { ...lstm(1, 300, 300), dropout: 0.5, neededEpochs: 8, fromTokens: 250_000 },
  { ...mogrifier(2, 200, 400), dropout: 0.2, lr: 0.003, neededEpochs: 4, fromTokens: 600_000 },
  { ...mogrifier(2, 400, 650), dropout: 0.4, lr: 0.003, neededEpochs: 6, fromTokens: 900_000 },
];

/** Character and byte models. The recurrent layers dominate the cost. Measured on tiny Shakespeare. */
const characters: readonly ModelSize[] = [
  { ...lstm(1, 32, 96), dropout: 0, neededEpochs: 4, fromTokens: 0 },
  { ...lstm(1, 64, 192), dropout: 0.1, neededEpochs: 4, fromTokens: 200_000 },
  { ...lstm(1, 64, 320), dropout: 0.1, neededEpochs: 4, fromTokens: 500_000 },
  { ...lstm(1, 64, 512), dropout: 0.2, lr: 0.006, neededEpochs: 6, fromTokens: 1_000_000 },
  { ...lstm(2, 64, 512), dropout: 0.3, lr: 0.006, neededEpochs: 6, fromTokens: 2_000_000 },
];

/**
 * The candidate sizes for a text, from small to large.
 * @param granularity `word` for words and pieces, otherwise characters or bytes
 * @param tokens length of the text, in tokens
 */
export function candidateSizes(granularity: Tokenizer['granularity'], tokens: number): readonly ModelSize[] {
  return (granularity === 'word' ? words : characters).filter(({ fromTokens }) => fromTokens <= tokens);
}
