import { choice, count, flag, notNegative, orNull, positive, positiveInteger, rate } from '../../kinds.ts';
import {
  averageNames,
  divergenceNames,
  optimizerNames,
  otherOptimizerNames,
  scheduleNames,
  type TrainingSettings,
} from '../recipe.ts';
import { AUTOMATIC_OPTIMIZER, shownInSets } from './learning-sets.ts';
import { plannedLengths } from './planned-lengths.ts';
import type { Table } from './setting.ts';

/** The settings of batches, optimization and stopping. */
export const trainingSettings: Table<TrainingSettings> = {
  batch: {
    kind: positiveInteger,
    default: 20,
    chosen: true,
    flag: { name: 'batch', value: 'N', help: 'Batch size: number of text streams read in parallel' },
  },
  time: {
    kind: positiveInteger,
    default: 20,
    otherwise: shownInSets('time'),
    flag: {
      name: 'time',
      value: 'T',
      help: 'Block length in steps, for truncated backpropagation through time',
    },
  },
  randomTime: {
    kind: flag,
    flag: {
      name: 'random-time',
      help: 'Vary the block length around --time and scale the learning rate with it, as AWD-LSTM does',
    },
  },
  streams: {
    kind: choice(['wrap', 'cut']),
    default: 'cut',
    flag: {
      name: 'streams',
      value: 'END',
      help: 'At the end of an epoch, continue the streams or restart them',
    },
  },
  stateful: {
    kind: flag,
    default: true,
    opposite: {
      name: 'stateless',
      help: 'Start every block from the zero state instead of the final state of the previous block',
    },
    feeds: { train: 'stateful' },
  },
  optimizer: {
    kind: choice(optimizerNames),
    default: 'sgd',
    automatic: AUTOMATIC_OPTIMIZER,
    except: 'sgd with --init',
    flag: { name: 'optimizer', value: 'NAME', help: 'Optimizer' },
  },
  otherOptimizer: {
    kind: choice(otherOptimizerNames),
    otherwise: 'sgd',
    flag: {
      name: 'other-optimizer',
      value: 'NAME',
      help: 'With --optimizer muon: optimizer of the embedding, the output layer and the biases',
    },
  },
  otherLr: {
    kind: positive,
    otherwise: '30 for sgd; the default rate of another optimizer',
    flag: { name: 'other-lr', value: 'RATE', help: 'Learning rate of --other-optimizer' },
  },
  momentum: {
    kind: orNull(rate, 'default'),
    default: null,
    otherwise: '0.9; 0.95 for muon',
    flag: { name: 'momentum', value: 'RATE', help: 'Momentum, for --optimizer momentum, nesterov and muon' },
    feeds: { optimizer: 'momentum' },
  },
  weightDecay: {
    kind: notNegative,
    default: 0,
    except: '0.01 for adamw',
    flag: {
      name: 'weight-decay',
      value: 'RATE',
      help: 'L2 penalty added to the gradients; decoupled for adamw and the matrices of muon',
    },
    feeds: { optimizer: 'weightDecay' },
  },
  average: {
    kind: orNull(choice(averageNames), 'none'),
    default: null,
    flag: { name: 'average', value: 'NAME', help: 'Evaluate and save an average of the weights' },
  },
  lr: {
    kind: positive,
    default: 5,
    otherwise: `${shownInSets('lr', { others: 'sgd' })}; other optimizers have their own; less for large models`,
    flag: { name: 'lr', value: 'RATE', help: 'Learning rate' },
    feeds: { optimizer: 'lr', schedule: 'lr' },
  },
  schedule: {
    kind: choice(scheduleNames),
    default: 'decay',
    otherwise: shownInSets('schedule'),
    flag: { name: 'schedule', value: 'NAME', help: 'Learning rate schedule' },
  },
  lrDecay: {
    kind: positive,
    default: 0.5,
    except: '0.25 for plateau',
    flag: {
      name: 'lr-decay',
      value: 'FACTOR',
      help: 'With decay, step or plateau: factor that the learning rate is multiplied by; 1 keeps it constant',
    },
    feeds: { schedule: 'factor' },
  },
  decayAfter: {
    kind: count,
    default: 3,
    flag: {
      name: 'decay-after',
      value: 'N',
      help: 'With decay: epochs before the learning rate first drops; with step: epochs between drops',
    },
    feeds: { schedule: 'after' },
  },
  warmup: {
    kind: count,
    default: 0,
    flag: {
      name: 'warmup',
      value: 'STEPS',
      help: 'Raise the learning rate linearly over the first STEPS steps',
    },
  },
  clip: {
    kind: orNull(notNegative, 'none'),
    default: 0.25,
    otherwise: shownInSets('clip'),
    flag: {
      name: 'clip',
      value: 'NORM',
      help: 'Clip the global norm of the gradients; 0 or none disables clipping',
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
      help: 'Stop after N optimizer steps, then evaluate and save; replaces --epochs and --minutes',
    },
    feeds: { train: 'maxSteps' },
  },
  planned: {
    kind: plannedLengths,
    otherwise: 'none',
    flag: {
      name: 'planned',
      value: 'STEPS:UNTIL,...',
      help: 'With --max-steps: the lengths that a run with a time budget had before, which its schedule followed',
    },
  },
  patience: {
    kind: positiveInteger,
    otherwise: 'never',
    flag: {
      name: 'patience',
      value: 'N',
      help: 'Stop after N epochs without a better validation perplexity',
    },
    feeds: { train: 'patience' },
  },
  onDivergence: {
    kind: choice(divergenceNames),
    otherwise: 'stop',
    flag: {
      name: 'on-divergence',
      value: 'NAME',
      help: 'If the loss becomes NaN or infinite: stop, or roll back to the last checkpoint and halve the learning rate',
    },
    feeds: { train: 'onDivergence' },
  },
};
