import { choice, count, flag, notNegative, orNull, positive, positiveInteger, rate } from '../../kinds.ts';
import {
  averageNames,
  divergenceNames,
  optimizerNames,
  scheduleNames,
  type TrainingSettings,
} from '../recipe.ts';
import type { Table } from './setting.ts';

/** Settings of training. */
export const trainingSettings: Table<TrainingSettings> = {
  batch: {
    kind: positiveInteger,
    default: 20,
    chosen: true,
    flag: { name: 'batch', value: 'N', help: 'Streams of text read in parallel' },
  },
  time: {
    kind: positiveInteger,
    default: 20,
    automatic: 35,
    flag: { name: 'time', value: 'T', help: 'Steps of a block, through which gradients flow back' },
  },
  randomTime: {
    kind: flag,
    flag: {
      name: 'random-time',
      help: 'Vary block lengths around --time, with the learning rate in proportion, as AWD-LSTM does',
    },
  },
  streams: {
    kind: choice(['wrap', 'cut']),
    default: 'cut',
    flag: {
      name: 'streams',
      value: 'END',
      help: 'At the end of an epoch, continue the streams or start them anew',
    },
  },
  stateful: {
    kind: flag,
    default: true,
    opposite: {
      name: 'stateless',
      help: 'Start every block from a zero state instead of the previous state',
    },
    feeds: { train: 'stateful' },
  },
  optimizer: {
    kind: choice(optimizerNames),
    default: 'sgd',
    flag: { name: 'optimizer', value: 'NAME', help: 'Optimizer' },
  },
  momentum: {
    kind: orNull(rate, 'default'),
    default: null,
    otherwise: '0.9',
    flag: { name: 'momentum', value: 'RATE', help: 'Momentum of --optimizer momentum and nesterov' },
    feeds: { optimizer: 'momentum' },
  },
  weightDecay: {
    kind: notNegative,
    default: 0,
    except: 'of adamw 0.01',
    flag: {
      name: 'weight-decay',
      value: 'RATE',
      help: 'L2 penalty added to the gradients; adamw decouples it',
    },
    feeds: { optimizer: 'weightDecay' },
  },
  average: {
    kind: orNull(choice(averageNames), 'none'),
    default: null,
    flag: { name: 'average', value: 'NAME', help: 'Evaluate and keep an average of the weights' },
  },
  lr: {
    kind: positive,
    default: 5,
    automatic: 30,
    except: 'of other optimizers their own',
    flag: { name: 'lr', value: 'RATE', help: 'Learning rate' },
    feeds: { optimizer: 'lr', schedule: 'lr' },
  },
  schedule: {
    kind: choice(scheduleNames),
    default: 'decay',
    automatic: 'cosine',
    flag: { name: 'schedule', value: 'NAME', help: 'How the learning rate changes' },
  },
  lrDecay: {
    kind: positive,
    default: 0.5,
    except: 'of plateau 0.25',
    flag: {
      name: 'lr-decay',
      value: 'FACTOR',
      help: 'decay, step, plateau: multiply the learning rate by this; 1 for a constant rate',
    },
    feeds: { schedule: 'factor' },
  },
  decayAfter: {
    kind: count,
    default: 3,
    flag: {
      name: 'decay-after',
      value: 'N',
      help: 'decay: epochs at the first learning rate; step: epochs at each rate',
    },
    feeds: { schedule: 'after' },
  },
  warmup: {
    kind: count,
    default: 0,
    flag: { name: 'warmup', value: 'STEPS', help: 'Raise the learning rate from 0 in the first steps' },
  },
  clip: {
    kind: orNull(notNegative, 'none'),
    default: 0.25,
    flag: {
      name: 'clip',
      value: 'NORM',
      help: 'Clip the norm of all gradients together; 0 or none for no clipping',
    },
    feeds: { train: 'clip' },
  },
  epochs: {
    kind: positiveInteger,
    default: 5,
    chosen: true,
    flag: { name: 'epochs', value: 'N', help: 'Number of epochs' },
    feeds: { train: 'epochs' },
  },
  maxSteps: {
    kind: positiveInteger,
    otherwise: 'none',
    flag: {
      name: 'max-steps',
      value: 'N',
      help: 'End after N optimizer steps, measured and saved, in place of --epochs or --minutes',
    },
    feeds: { train: 'maxSteps' },
  },
  patience: {
    kind: positiveInteger,
    otherwise: 'never',
    flag: { name: 'patience', value: 'N', help: 'End after N epochs without a better validation perplexity' },
    feeds: { train: 'patience' },
  },
  onDivergence: {
    kind: choice(divergenceNames),
    otherwise: 'stop',
    flag: {
      name: 'on-divergence',
      value: 'NAME',
      help: 'When a loss is no longer finite: stop, or roll back to the last checkpoint at half the rate',
    },
    feeds: { train: 'onDivergence' },
  },
};
