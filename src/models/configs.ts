import { optionsOf } from '../kinds.ts';
import type { RecurrentConfig } from './config.ts';

/** The three sizes that the chapter's models are made from. */
export type PresetSizes = Pick<RecurrentConfig, 'vocabSize' | 'wordvecSize' | 'hiddenSize'>;

/** The chapter's model `SimpleRnnlm`: embedding → RNN → affine → softmax with loss. */
function simpleRnnlm(sizes: PresetSizes): RecurrentConfig {
  const { vocabSize, wordvecSize, hiddenSize } = optionsOf(
    'configs',
    sizes,
    'Give { vocabSize, wordvecSize, hiddenSize }.',
  );
  return { cell: 'rnn', vocabSize, wordvecSize, hiddenSize, layers: 1 };
}

/** The book's next one, `Rnnlm`, with an LSTM in place of the RNN. */
function rnnlm(sizes: PresetSizes): RecurrentConfig {
  return { ...simpleRnnlm(sizes), cell: 'lstm' };
}

/** The book's best, `BetterRnnlm`: two LSTM layers, with embedding and affine layer tied. */
function betterRnnlm(sizes: PresetSizes): RecurrentConfig {
  return { ...rnnlm(sizes), layers: 2, tied: true };
}

type Preset = (sizes: PresetSizes) => RecurrentConfig;

/** The configs of the book's models, by name. */
export const configs: { readonly simpleRnnlm: Preset; readonly rnnlm: Preset; readonly betterRnnlm: Preset } =
  {
    simpleRnnlm,
    rnnlm,
    betterRnnlm,
  };
