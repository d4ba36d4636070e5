import {
  choice,
  flag,
  integer,
  notNegative,
  orNull,
  positive,
  positiveInteger,
  rate,
  real,
} from '../../kinds.ts';
import { cellNames, cellsWith } from '../../models/cells.ts';
import { rounds as mogrifierRounds } from '../../models/config.ts';
import { MAX_LAYERS } from '../../models/sizes.ts';
import { embeddingInitNames, type ModelSettings, outputBiasNames } from '../recipe.ts';
import { shownInSets } from './learning-sets.ts';
import type { Table } from './setting.ts';

/** The settings of the model and its regularisation. */
export const modelSettings: Table<ModelSettings> = {
  cell: {
    kind: choice(cellNames),
    default: 'rnn',
    automatic: 'lstm',
    except: 'mogrifier-lstm for long texts of words',
    flag: { name: 'cell', value: 'NAME', help: 'Recurrent cell' },
    feeds: { config: 'cell' },
  },
  resetAfter: {
    kind: flag,
    flag: { name: 'reset-after', help: 'GRU: apply the reset gate after the matrix product, as in PyTorch' },
    feeds: { config: 'resetAfter' },
  },
  tied: {
    kind: flag,
    opposite: { name: 'untied', help: 'Use separate weights for the embedding and the output layer' },
    flag: {
      name: 'tied',
      help: 'Tie the weights of the embedding and the output layer; the top layer then has D units (default: for word tokens)',
    },
    feeds: { config: 'tied' },
  },
  forgetBias: {
    kind: real(),
    otherwise: '0',
    flag: {
      name: 'forget-bias',
      value: 'B',
      help: `Initial forget gate bias of ${cellsWith(({ forgetBias }) => forgetBias !== null)}`,
    },
    feeds: { init: 'forgetBias' },
  },
  initScale: {
    kind: orNull(positive, 'fan-in'),
    automatic: 0.1,
    flag: {
      name: 'init-scale',
      value: 'S|fan-in',
      help: 'Draw initial weights uniformly from -S to S, or from a normal distribution with deviation 1/√fan-in',
    },
    feeds: { init: 'scale' },
  },
  initEmbedding: {
    kind: choice(embeddingInitNames),
    otherwise: shownInSets('initEmbedding', { absent: 'random' }),
    flag: {
      name: 'init-embedding',
      value: 'NAME',
      help: 'Initial embedding: random, or cooccurrence, vectors computed from the neighbours of each token in the training text',
    },
  },
  outputBias: {
    kind: choice(outputBiasNames),
    otherwise: shownInSets('outputBias', { absent: 'zero' }),
    flag: {
      name: 'output-bias',
      value: 'NAME',
      help: 'Initial bias of the output layer: zero, or unigram, the log frequencies of the tokens in the training text',
    },
  },
  dropout: {
    kind: rate,
    chosen: true,
    flag: {
      name: 'dropout',
      value: 'P',
      help: 'Dropout probability of the embeddings, between layers, and of the top hidden states',
    },
    feeds: { regularisation: 'dropout' },
  },
  lockedDropout: {
    kind: flag,
    flag: {
      name: 'locked-dropout',
      help: 'Use the same dropout mask at every step of a block (variational dropout)',
    },
    feeds: { regularisation: 'locked' },
  },
  wordDropout: {
    kind: rate,
    otherwise: '0',
    flag: {
      name: 'word-dropout',
      value: 'P',
      help: 'Embedding dropout: probability that a token is zeroed throughout a block',
    },
    feeds: { regularisation: 'wordDropout' },
  },
  weightDrop: {
    kind: rate,
    otherwise: '0',
    flag: {
      name: 'weight-drop',
      value: 'P',
      help: 'Dropout probability of the recurrent weights (DropConnect)',
    },
    feeds: { regularisation: 'weightDrop' },
  },
  zoneout: {
    kind: rate,
    otherwise: '0',
    flag: {
      name: 'zoneout',
      value: 'P',
      help: 'Zoneout: probability that a unit of the hidden state keeps its previous value',
    },
    feeds: { config: 'zoneout' },
  },
  zoneoutCell: {
    kind: rate,
    otherwise: '0',
    flag: { name: 'zoneout-cell', value: 'P', help: 'Zoneout probability of the LSTM cell state' },
    feeds: { config: 'zoneoutCell' },
  },
  mogrifierRounds: {
    kind: mogrifierRounds,
    otherwise: '5',
    flag: {
      name: 'mogrifier-rounds',
      value: 'N',
      help: 'mogrifier-lstm: rounds in which the input and the hidden state modulate each other',
    },
    feeds: { config: 'mogrifierRounds' },
  },
  mogrifierRank: {
    kind: positiveInteger,
    otherwise: 'a quarter of the smaller of D and H, at most 40',
    flag: {
      name: 'mogrifier-rank',
      value: 'K',
      help: 'mogrifier-lstm: rank of the matrices that make the modulation',
    },
    feeds: { config: 'mogrifierRank' },
  },
  ar: {
    kind: notNegative,
    otherwise: '0',
    flag: {
      name: 'ar',
      value: 'FACTOR',
      help: 'Activation regularisation: L2 penalty on the top hidden states',
    },
    feeds: { regularisation: 'ar' },
  },
  tar: {
    kind: notNegative,
    otherwise: '0',
    flag: {
      name: 'tar',
      value: 'FACTOR',
      help: 'Temporal activation regularisation: L2 penalty on changes of the top hidden states between steps',
    },
    feeds: { regularisation: 'tar' },
  },
  sampledSoftmax: {
    kind: orNull(integer({ from: 2 }), 'all'),
    automatic: 1500,
    except: 'all for untied models',
    flag: {
      name: 'sampled-softmax',
      value: 'K|all',
      help: 'Compute the training loss over K tokens: the targets of the block and randomly drawn others',
    },
  },
  fullSoftmaxFrom: {
    kind: real({ above: 0, below: 1 }),
    otherwise: 'never',
    flag: {
      name: 'full-softmax-from',
      value: 'FRACTION',
      help: 'Fraction of the training steps after which the loss is computed over all tokens, without --sampled-softmax',
    },
  },
  layers: {
    kind: integer({ from: 1, to: MAX_LAYERS }),
    default: 1,
    chosen: true,
    flag: { name: 'layers', value: 'N', help: 'Number of recurrent layers' },
    feeds: { config: 'layers' },
  },
  wordvec: {
    kind: positiveInteger,
    default: 100,
    chosen: true,
    flag: { name: 'embedding', alias: 'wordvec', value: 'D', help: 'Embedding size' },
    feeds: { config: 'embeddingSize' },
  },
  hidden: {
    kind: positiveInteger,
    default: 100,
    chosen: true,
    flag: { name: 'hidden', value: 'H', help: 'Hidden size' },
    feeds: { config: 'hiddenSize' },
  },
};
