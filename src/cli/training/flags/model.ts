import { cellNames, cellsWith } from '../../../models/cells.ts';
import { automatic } from '../../../recipe/automatic/automatic-recipe.ts';
import type { Recipe } from '../../../recipe/recipe.ts';
import {
  choice,
  nonNegativeNumber,
  number,
  orNull,
  positiveInteger,
  positiveNumber,
  severalNumber,
} from '../../arguments/value-types.ts';
import type { Option, Switch } from '../../command.ts';
import { BY_TEXT } from './by-text.ts';

type ModelFlags = {
  readonly cell: Option<Recipe['cell']>;
  readonly 'reset-after': Switch;
  readonly untied: Switch;
  readonly tied: Switch;
  readonly 'forget-bias': Option<number>;
  readonly 'init-scale': Option<number | null>;
  readonly dropout: Option<number>;
  readonly 'locked-dropout': Switch;
  readonly 'word-dropout': Option<number>;
  readonly 'weight-drop': Option<number>;
  readonly zoneout: Option<number>;
  readonly 'zoneout-cell': Option<number>;
  readonly ar: Option<number>;
  readonly tar: Option<number>;
  readonly 'sampled-softmax': Option<number | null>;
  readonly layers: Option<number>;
  readonly wordvec: Option<number>;
  readonly hidden: Option<number>;
};

/** What the model is, and what is taken from it while it learns. */
export const modelFlags: ModelFlags = {
  cell: { value: 'NAME', type: choice(cellNames), help: 'Recurrent cell', otherwise: automatic.cell },
  'reset-after': { help: 'Of a GRU: reset after the recurrent product, as in PyTorch' },
  untied: { help: 'Two tables of words, though one would do' },
  tied: {
    help: 'One table of words for both ends of the model; the top layer then has D units (default: of words)',
  },
  'forget-bias': {
    value: 'B',
    type: number,
    help: `Initial bias of the forget gate of ${cellsWith(({ forgetBias }) => forgetBias !== null)}`,
    otherwise: 0,
  },
  'init-scale': {
    value: 'S|fan-in',
    type: orNull(positiveNumber, 'fan-in'),
    help: 'Draw every weight evenly from -S to S; or each by its own deviation, as in the chapter',
    otherwise: automatic.initScale,
  },
  dropout: {
    value: 'SHARE',
    type: nonNegativeNumber,
    help: 'Take numbers away at random: from the vectors, between the layers, from the top states',
    otherwise: BY_TEXT,
  },
  'locked-dropout': { help: 'Take the same numbers away in all steps of a block' },
  'word-dropout': {
    value: 'SHARE',
    type: nonNegativeNumber,
    help: 'Take whole words away from a block',
    otherwise: '0',
  },
  'weight-drop': {
    value: 'SHARE',
    type: nonNegativeNumber,
    help: 'Take recurrent weights away for a block',
    otherwise: '0',
  },
  zoneout: {
    value: 'SHARE',
    type: nonNegativeNumber,
    help: 'Let units of the hidden state keep their value from the step before',
    otherwise: '0',
  },
  'zoneout-cell': {
    value: 'SHARE',
    type: nonNegativeNumber,
    help: "The same for an LSTM's memory cell",
    otherwise: '0',
  },
  ar: {
    value: 'FACTOR',
    type: nonNegativeNumber,
    help: 'Activation regularisation: keep the top states small',
    otherwise: '0',
  },
  tar: {
    value: 'FACTOR',
    type: nonNegativeNumber,
    help: 'Temporal activation regularisation: keep their changes small',
    otherwise: '0',
  },
  'sampled-softmax': {
    value: 'K|all',
    type: orNull(severalNumber, 'all'),
    help: 'Measure the loss of training among K tokens: the targets of a block, and others that are drawn',
    otherwise: `${automatic.sampledSoftmax}; of an untied model all`,
  },
  layers: { value: 'N', type: positiveInteger, help: 'Recurrent layers', otherwise: BY_TEXT },
  wordvec: {
    value: 'D',
    type: positiveInteger,
    help: "Length of a token's vector",
    otherwise: BY_TEXT,
  },
  hidden: {
    value: 'H',
    type: positiveInteger,
    help: 'Length of the hidden state',
    otherwise: BY_TEXT,
  },
};
