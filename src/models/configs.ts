import type { RecurrentConfig } from './config.ts';

/** The three sizes that the chapter's models are made from. */
export type PresetSizes = Pick<RecurrentConfig, 'vocabSize' | 'wordvecSize' | 'hiddenSize'>;

/** The chapter's model: embedding → RNN → affine → softmax with loss. */
export function SimpleRnnlm({ vocabSize, wordvecSize, hiddenSize }: PresetSizes): RecurrentConfig {
  return { cell: 'rnn', vocabSize, wordvecSize, hiddenSize, layers: 1 };
}

/** The book's next one, with an LSTM in place of the RNN. */
export function Rnnlm(sizes: PresetSizes): RecurrentConfig {
  return { ...SimpleRnnlm(sizes), cell: 'lstm' };
}

/** The book's best: two LSTM layers, and one table of words for embedding and affine layer. */
export function BetterRnnlm(sizes: PresetSizes): RecurrentConfig {
  return { ...Rnnlm(sizes), layers: 2, tied: true };
}
