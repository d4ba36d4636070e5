import { automatic } from '../../../recipe/automatic/automatic-recipe.ts';
import { MINUTES } from '../../../recipe/automatic/resolve-recipe.ts';
import {
  type AverageName,
  averageNames,
  defaultRecipe,
  divergenceNames,
  type OptimizerName,
  optimizerNames,
  type Recipe,
  type ScheduleName,
  scheduleNames,
} from '../../../recipe/recipe.ts';
import {
  choice,
  nonNegativeNumber,
  orNull,
  positiveInteger,
  positiveNumber,
  wholeNumber,
} from '../../arguments/value-types.ts';
import type { Option, Switch } from '../../command.ts';
import { BY_TEXT } from './by-text.ts';

type LearningFlags = {
  readonly batch: Option<number>;
  readonly time: Option<number>;
  readonly 'random-time': Switch;
  readonly streams: Option<Recipe['streams']>;
  readonly stateless: Switch;
  readonly optimizer: Option<OptimizerName>;
  readonly momentum: Option<number>;
  readonly 'weight-decay': Option<number>;
  readonly average: Option<AverageName | null>;
  readonly lr: Option<number>;
  readonly schedule: Option<ScheduleName>;
  readonly 'lr-decay': Option<number>;
  readonly 'decay-after': Option<number>;
  readonly warmup: Option<number>;
  readonly clip: Option<number | null>;
  readonly epochs: Option<number>;
  readonly minutes: Option<number>;
  readonly patience: Option<number>;
  readonly 'on-divergence': Option<NonNullable<Recipe['onDivergence']>>;
};

/** How it is read and learned. */
export const learningFlags: LearningFlags = {
  batch: {
    value: 'N',
    type: positiveInteger,
    help: 'Streams of text read side by side',
    otherwise: BY_TEXT,
  },
  time: {
    value: 'T',
    type: positiveInteger,
    help: 'Steps that a gradient goes back through',
    otherwise: automatic.time,
  },
  'random-time': {
    help: 'Let the length of blocks vary around --time, the learning rate in proportion, as the AWD-LSTM',
  },
  streams: {
    value: 'END',
    type: choice(['wrap', 'cut']),
    help: 'At the end of an epoch read on, or start the streams anew',
    otherwise: defaultRecipe.streams,
  },
  stateless: { help: 'Start every block from a state of 0 instead of the state before' },
  optimizer: {
    value: 'NAME',
    type: choice(optimizerNames),
    help: 'How weights are moved',
    otherwise: automatic.optimizer,
  },
  momentum: {
    value: 'SHARE',
    type: nonNegativeNumber,
    help: 'What stays of the velocity, with --optimizer momentum or nesterov',
    otherwise: '0.9',
  },
  'weight-decay': {
    value: 'RATE',
    type: nonNegativeNumber,
    help: 'L2 added to the gradients; of adamw, apart from them',
    otherwise: '0; of adamw 0.01',
  },
  average: {
    value: 'NAME',
    type: orNull(choice(averageNames), 'none'),
    help: 'Measure and keep an average of the weights',
    otherwise: 'none',
  },
  lr: {
    value: 'RATE',
    type: positiveNumber,
    help: 'Learning rate',
    otherwise: `${automatic.lr}; of other optimizers their own`,
  },
  schedule: {
    value: 'NAME',
    type: choice(scheduleNames),
    help: 'How the learning rate changes',
    otherwise: automatic.schedule,
  },
  'lr-decay': {
    value: 'FACTOR',
    type: positiveNumber,
    help: 'decay, step, plateau: multiply the learning rate by this; 1 for a constant rate',
    otherwise: `${defaultRecipe.lrDecay}; of plateau 0.25`,
  },
  'decay-after': {
    value: 'N',
    type: wholeNumber,
    help: 'decay: the epochs that keep the first learning rate; step: the epochs of each rate',
    otherwise: defaultRecipe.decayAfter,
  },
  warmup: {
    value: 'STEPS',
    type: wholeNumber,
    help: 'Let the learning rate rise from 0 in the first steps',
    otherwise: '0',
  },
  clip: {
    value: 'NORM',
    type: orNull(nonNegativeNumber, 'none'),
    help: 'Largest norm of all gradients together; 0 or none for no clipping',
    otherwise: automatic.clip,
  },
  epochs: {
    value: 'N',
    type: positiveInteger,
    help: 'Times through the text',
    otherwise: BY_TEXT,
  },
  minutes: {
    value: 'M',
    type: positiveNumber,
    help: 'How long training may take: decides how wide the model is, and the epochs',
    otherwise: MINUTES,
  },
  patience: {
    value: 'N',
    type: positiveInteger,
    help: 'End after N epochs without a better validation perplexity',
    otherwise: 'never',
  },
  'on-divergence': {
    value: 'NAME',
    type: choice(divergenceNames),
    help: 'When a loss is no longer finite: end, or go back to the last checkpoint at half the learning rate',
    otherwise: 'stop',
  },
};
