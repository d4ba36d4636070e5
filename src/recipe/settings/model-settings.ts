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
import { MAX_LAYERS } from '../../models/sizes.ts';
import type { ModelSettings } from '../recipe.ts';
import type { Table } from './setting.ts';

/** Settings of the model and its regularisation. */
export const modelSettings: Table<ModelSettings> = {
  cell: {
    kind: choice(cellNames),
    default: 'rnn',
    automatic: 'lstm',
    flag: { name: 'cell', value: 'NAME', help: 'Recurrent cell' },
    feeds: { config: 'cell' },
  },
  resetAfter: {
    kind: flag,
    flag: { name: 'reset-after', help: 'GRU: reset after the recurrent product, as in PyTorch' },
    feeds: { config: 'resetAfter' },
  },
  tied: {
    kind: flag,
    opposite: { name: 'untied', help: 'Separate weights for the embedding and the output' },
    flag: {
      name: 'tied',
      help: 'Tie the weights of embedding and output; the top layer then has D units (default: for words)',
    },
    feeds: { config: 'tied' },
  },
  forgetBias: {
    kind: real(),
    otherwise: '0',
    flag: {
      name: 'forget-bias',
      value: 'B',
      help: `Initial bias of the forget gate of ${cellsWith(({ forgetBias }) => forgetBias !== null)}`,
    },
    feeds: { init: 'forgetBias' },
  },
  initScale: {
    kind: orNull(positive, 'fan-in'),
    automatic: 0.1,
    flag: {
      name: 'init-scale',
      value: 'S|fan-in',
      help: 'Draw initial weights uniformly from -S to S, or scale each by its fan-in, as the chapter does',
    },
    feeds: { init: 'scale' },
  },
  dropout: {
    kind: rate,
    chosen: true,
    flag: {
      name: 'dropout',
      value: 'P',
      help: 'Dropout probability of the embeddings, between the layers and of the top states',
    },
    feeds: { regularisation: 'dropout' },
  },
  lockedDropout: {
    kind: flag,
    flag: { name: 'locked-dropout', help: 'Use one dropout mask for all steps of a block' },
    feeds: { regularisation: 'locked' },
  },
  wordDropout: {
    kind: rate,
    otherwise: '0',
    flag: { name: 'word-dropout', value: 'P', help: 'Probability that a word is dropped from a block' },
    feeds: { regularisation: 'wordDropout' },
  },
  weightDrop: {
    kind: rate,
    otherwise: '0',
    flag: { name: 'weight-drop', value: 'P', help: 'Dropout probability of the recurrent weights' },
    feeds: { regularisation: 'weightDrop' },
  },
  zoneout: {
    kind: rate,
    otherwise: '0',
    flag: {
      name: 'zoneout',
      value: 'P',
      help: 'Probability that a unit of the hidden state keeps its previous value',
    },
    feeds: { config: 'zoneout' },
  },
  zoneoutCell: {
    kind: rate,
    otherwise: '0',
    flag: { name: 'zoneout-cell', value: 'P', help: "The same for an LSTM's cell state" },
    feeds: { config: 'zoneoutCell' },
  },
  ar: {
    kind: notNegative,
    otherwise: '0',
    flag: { name: 'ar', value: 'FACTOR', help: 'Activation regularisation: penalty on large top states' },
    feeds: { regularisation: 'ar' },
  },
  tar: {
    kind: notNegative,
    otherwise: '0',
    flag: {
      name: 'tar',
      value: 'FACTOR',
      help: 'Temporal activation regularisation: penalty on changes of the top states',
    },
    feeds: { regularisation: 'tar' },
  },
  sampledSoftmax: {
    kind: orNull(integer({ from: 2 }), 'all'),
    automatic: 1500,
    except: 'of an untied model all',
    flag: {
      name: 'sampled-softmax',
      value: 'K|all',
      help: 'Compute the training loss among K tokens: the targets of a block, and others that are drawn',
    },
  },
  layers: {
    kind: integer({ from: 1, to: MAX_LAYERS }),
    default: 1,
    chosen: true,
    flag: { name: 'layers', value: 'N', help: 'Recurrent layers' },
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
    flag: { name: 'hidden', value: 'H', help: 'Size of the hidden state' },
    feeds: { config: 'hiddenSize' },
  },
};
