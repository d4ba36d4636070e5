import { optionsOf } from '../kinds.ts';
import { fromConfigKeys, type OrEarlierName, type RecurrentConfig } from './config.ts';

/** The sizes of a preset config. */
export type PresetSizes = Pick<RecurrentConfig, 'vocabSize' | 'embeddingSize' | 'hiddenSize'>;

type GivenSizes = OrEarlierName<PresetSizes>;

/** The chapter's model `SimpleRnnlm`: embedding → RNN → affine → softmax with loss. */
function simpleRnnlm(sizes: GivenSizes): RecurrentConfig {
  const given = optionsOf('configs', sizes, 'Pass { vocabSize, embeddingSize, hiddenSize }.');
  const { vocabSize, embeddingSize, hiddenSize } = fromConfigKeys(given) as unknown as PresetSizes;
  return { cell: 'rnn', vocabSize, embeddingSize, hiddenSize, layers: 1 };
}

/** The book's next model, `Rnnlm`: an LSTM instead of the RNN. */
function rnnlm(sizes: GivenSizes): RecurrentConfig {
  return { ...simpleRnnlm(sizes), cell: 'lstm' };
}

/** The book's best model, `BetterRnnlm`: two LSTM layers, with tied embeddings. */
function betterRnnlm(sizes: GivenSizes): RecurrentConfig {
  return { ...rnnlm(sizes), layers: 2, tied: true };
}

type Preset = (sizes: GivenSizes) => RecurrentConfig;

/** The configs of the book's models, by name. */
export const configs: { readonly simpleRnnlm: Preset; readonly rnnlm: Preset; readonly betterRnnlm: Preset } =
  {
    simpleRnnlm,
    rnnlm,
    betterRnnlm,
  };
