import type { RecurrentConfig } from './config.ts';

/** The three sizes that the chapter's models are made from. */
export type PresetSizes = Pick<RecurrentConfig, 'vocabSize' | 'wordvecSize' | 'hiddenSize'>;

/** The chapter's model: embedding → RNN → affine → softmax with loss. */
export function SimpleRnnlm({ vocabSize, wordvecSize, hiddenSize }: PresetSizes): RecurrentConfig {
  return { cell: 'rnn', vocabSize, wordvecSize, hiddenSize, layers: 1 };
}
