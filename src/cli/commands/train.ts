import { backendNames } from '../../backends/open.ts';
import { cells } from '../../models/config.ts';
import { checkpointTimes } from '../arguments/checkpoint-times.ts';
import { threadsOption } from '../arguments/threads-option.ts';
import { UsageError } from '../arguments/usage-error.ts';
import {
  choice,
  nonNegativeNumber,
  number,
  orNull,
  positiveInteger,
  positiveNumber,
  seedNumber,
  text,
  wholeNumber,
} from '../arguments/value-types.ts';
import { automatic } from '../automatic/automatic-recipe.ts';
import { MINUTES, type Wish } from '../automatic/settle.ts';
import { type Body, command, type Values } from '../command.ts';
import {
  averageNames,
  defaultRecipe,
  divergenceNames,
  optimizerDefaults,
  optimizerNames,
  presets,
  type Recipe,
  scheduleDefaults,
  scheduleNames,
} from '../recipe.ts';
import { runTraining } from '../training/request.ts';
import { validSource } from '../training/valid-source.ts';

/** Chosen for the text, the machine and the time. */
const BY_TEXT = 'chosen; see --minutes';

const options = {
  preset: {
    value: 'NAME',
    type: choice(Object.keys(presets)),
    help: 'Start from a known recipe; other flags change it',
  },
  tokens: {
    value: 'KIND',
    type: choice(['word', 'char', 'byte']),
    help: 'What a token is',
    otherwise: defaultRecipe.tokens,
  },
  'vocab-size': {
    value: 'N',
    type: orNull(positiveInteger, 'all'),
    help: 'Keep the N most frequent tokens, or all; the others are read as <unk>',
    otherwise: defaultRecipe.vocabSize ?? 'all',
  },
  'max-tokens': {
    value: 'N',
    type: positiveInteger,
    help: 'Use only the first N tokens of the training text',
    otherwise: 'all',
  },
  valid: {
    value: 'FILE|FRACTION|none',
    type: validSource,
    help: "Text to choose the best epoch by: a file, or a share of the training text's end",
    otherwise: defaultRecipe.validFraction,
  },
  test: { value: 'FILE', type: text, help: 'Text to measure the finished model on' },
  cell: { value: 'NAME', type: choice(cells), help: 'Recurrent cell', otherwise: automatic.cell },
  'reset-after': { help: 'Of a GRU: reset after the recurrent product, as in PyTorch' },
  untied: { help: 'Two tables of words, though one would do' },
  tied: {
    help: 'One table of words for both ends of the model; the top layer then has D units (default: of words)',
  },
  'forget-bias': {
    value: 'B',
    type: number,
    help: 'What the bias of the forget gate begins with, of lstm, mingru and minlstm',
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
  init: { value: 'FILE', type: text, help: 'Start from the weights of this .safetensors file' },
  resume: {
    value: 'FILE|latest',
    type: text,
    help: 'Go on from this checkpoint, or from the newest beside --out, as if the run had not stopped',
  },
  checkpoint: {
    value: 'STEPS|TIME|none',
    type: orNull(checkpointTimes, 'none'),
    help: 'Write a checkpoint so often, such as 500 or 5m, and after each best epoch',
    otherwise: '5m',
  },
  keep: {
    value: 'N',
    type: positiveInteger,
    help: 'Checkpoints that are kept until the run has come to its end',
    default: 2,
  },
  seed: {
    value: 'N',
    type: seedNumber,
    help: 'The same seed and text give the same file',
    otherwise: defaultRecipe.seed,
  },
  backend: {
    value: 'NAME',
    type: choice(backendNames),
    help: 'What computes',
    otherwise: defaultRecipe.backend,
  },
  threads: threadsOption,
  out: { value: 'FILE', type: text, help: 'The model file', default: 'model.safetensors' },
  log: { value: 'FILE', type: text, help: 'Write what happens to this file too, one JSON object a line' },
  'log-every': {
    value: 'STEPS',
    type: wholeNumber,
    help: 'Steps from one step line of --log and --json to the next; 0 for none',
    default: 100,
  },
  json: { help: 'Print one JSON object a line instead of text' },
  quiet: { help: 'Print nothing but errors' },
} as const;

export const train: Body = command({
  operands: { usage: '[FILE...]', min: 0, max: Number.POSITIVE_INFINITY },
  notes:
    'Without a FILE it trains on the speeches that come with the package. Several files are read as one.\n' +
    'After each epoch that lowers the validation perplexity the model file is replaced, at once and whole.\n' +
    'Ctrl-C stops after the step under way and keeps the work; twice, it leaves at once. A run that was\n' +
    'stopped in any way goes on with --resume latest, to the same bits as one that never stopped.',
  options,
  examples: [
    { line: 'unrolled train', what: 'the bundled speeches, with the settings above' },
    {
      line: 'unrolled train notes.txt --out notes.safetensors',
      what: 'a text of your own; its last tenth is held out',
    },
    { line: 'unrolled train names.txt --tokens char --epochs 20', what: 'a model of characters' },
    {
      line: 'unrolled train ptb.train.txt --preset simple-rnnlm --max-tokens 1000',
      what: "the chapter's run: perplexity about 6 after 100 epochs",
    },
    {
      line: 'unrolled train notes.txt --optimizer adam --schedule cosine',
      what: 'another optimizer, at the learning rate that suits it',
    },
    {
      line: 'unrolled train notes.txt --out notes.safetensors --resume latest',
      what: 'go on where the run was stopped or killed',
    },
    {
      line: 'unrolled train notes.txt --log run.jsonl --log-every 10',
      what: 'with a record of every tenth step',
    },
  ],
  run: (values, files) => {
    if (values.json && values.quiet) {
      throw new UsageError('train: got --json and --quiet; one excludes the other. Leave one out.');
    }
    if (values.momentum !== undefined && !['momentum', 'nesterov'].includes(values.optimizer ?? 'sgd')) {
      throw new UsageError(
        `train: got --momentum with --optimizer ${values.optimizer ?? defaultRecipe.optimizer}; it needs momentum or ` +
          'nesterov. Choose one of them, or leave --momentum out.',
      );
    }
    if (values.init !== undefined && values.resume !== undefined) {
      throw new UsageError('train: got --init and --resume; one excludes the other. Leave one out.');
    }
    checkLength(values);
    const wish = { ...recipeOf(values), open: openPart(values) };
    const { checkpoint = { seconds: 300 } } = values;
    return runTraining({ ...values, ...wish, checkpoint, files, logEvery: values['log-every'] });
  },
});

function checkLength({ minutes, epochs, resume, tied, untied }: Values<typeof options>): void {
  if (tied && untied) {
    throw new UsageError('train: got --tied and --untied; one excludes the other. Leave one out.');
  }
  if (minutes === undefined) return;
  if (epochs !== undefined) {
    throw new UsageError('train: got --minutes and --epochs; both say how long. Leave one out.');
  }
  if (resume !== undefined) {
    throw new UsageError(
      'train: got --minutes with --resume; how long a run goes is settled when it begins. Leave --minutes out.',
    );
  }
}

/** Without a preset, what is not asked for is chosen; a preset has its own sizes. */
function openPart({ preset, minutes, resume }: Values<typeof options>): Wish['open'] {
  if (resume !== undefined) return 'nothing';
  if (preset === undefined) return 'all';
  return minutes === undefined ? 'nothing' : 'epochs';
}

/** The default recipe, changed by the preset, by what the optimizer and schedule need, and by the flags. */
function recipeOf(values: Values<typeof options>): { recipe: Recipe; asked: Partial<Recipe> } {
  const { valid, stateless, clip } = values;
  const flags = {
    tokens: values.tokens,
    vocabSize: values['vocab-size'],
    maxTokens: values['max-tokens'],
    validFraction: valid?.fraction,
    cell: values.cell,
    resetAfter: values['reset-after'] || undefined,
    tied: values.tied || (values.untied ? false : undefined),
    forgetBias: values['forget-bias'],
    initScale: values['init-scale'],
    dropout: values.dropout,
    lockedDropout: values['locked-dropout'] || undefined,
    wordDropout: values['word-dropout'],
    weightDrop: values['weight-drop'],
    zoneout: values.zoneout,
    zoneoutCell: values['zoneout-cell'],
    ar: values.ar,
    tar: values.tar,
    layers: values.layers,
    wordvec: values.wordvec,
    hidden: values.hidden,
    batch: values.batch,
    time: values.time,
    randomTime: values['random-time'] || undefined,
    streams: values.streams,
    stateful: stateless ? false : undefined,
    optimizer: values.optimizer,
    momentum: values.momentum,
    weightDecay: values['weight-decay'],
    average: values.average,
    lr: values.lr,
    schedule: values.schedule,
    lrDecay: values['lr-decay'],
    decayAfter: values['decay-after'],
    warmup: values.warmup,
    clip: clip === 0 ? null : clip,
    epochs: values.epochs,
    patience: values.patience,
    onDivergence: values['on-divergence'],
    seed: values.seed,
    backend: values.backend,
  };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  const preset = presets[values.preset ?? ''];
  const learning = {
    ...optimizerDefaults[values.optimizer ?? 'sgd'],
    ...scheduleDefaults[values.schedule ?? 'decay'],
  };
  return { recipe: { ...defaultRecipe, ...preset, ...learning, ...given }, asked: { ...preset, ...given } };
}
