import { backendNames } from '../../backends/open.ts';
import { cells } from '../../models/config.ts';
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
import { type Body, command, type Values } from '../command.ts';
import { defaultRecipe, presets, type Recipe } from '../recipe.ts';
import { runTraining } from '../training/request.ts';
import { validSource } from '../training/valid-source.ts';

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
  cell: { value: 'NAME', type: choice(cells), help: 'Recurrent cell', otherwise: defaultRecipe.cell },
  'reset-after': { help: 'Of a GRU: reset after the recurrent product, as in PyTorch' },
  tied: { help: 'One table of words for both ends of the model; the top layer then has D units' },
  'forget-bias': {
    value: 'B',
    type: number,
    help: "What the bias of an LSTM's forget gate begins with",
    otherwise: 0,
  },
  layers: { value: 'N', type: positiveInteger, help: 'Recurrent layers', otherwise: defaultRecipe.layers },
  wordvec: {
    value: 'D',
    type: positiveInteger,
    help: "Length of a token's vector",
    otherwise: defaultRecipe.wordvec,
  },
  hidden: {
    value: 'H',
    type: positiveInteger,
    help: 'Length of the hidden state',
    otherwise: defaultRecipe.hidden,
  },
  batch: {
    value: 'N',
    type: positiveInteger,
    help: 'Streams of text read side by side',
    otherwise: defaultRecipe.batch,
  },
  time: {
    value: 'T',
    type: positiveInteger,
    help: 'Steps that a gradient goes back through',
    otherwise: defaultRecipe.time,
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
    type: choice(['sgd']),
    help: 'How weights are moved',
    otherwise: defaultRecipe.optimizer,
  },
  lr: { value: 'RATE', type: positiveNumber, help: 'Learning rate', otherwise: defaultRecipe.lr },
  'lr-decay': {
    value: 'FACTOR',
    type: positiveNumber,
    help: 'Multiply the learning rate by this before each later epoch; 1 for a constant rate',
    otherwise: defaultRecipe.lrDecay,
  },
  'decay-after': {
    value: 'N',
    type: wholeNumber,
    help: 'The epochs that keep the first learning rate',
    otherwise: defaultRecipe.decayAfter,
  },
  clip: {
    value: 'NORM',
    type: orNull(nonNegativeNumber, 'none'),
    help: 'Largest norm of all gradients together; 0 or none for no clipping',
    otherwise: defaultRecipe.clip,
  },
  epochs: {
    value: 'N',
    type: positiveInteger,
    help: 'Times through the text',
    otherwise: defaultRecipe.epochs,
  },
  init: { value: 'FILE', type: text, help: 'Start from the weights of this .safetensors file' },
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
    'Ctrl-C stops after the step under way and keeps the work; twice, it leaves at once.',
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
      line: 'unrolled train notes.txt --log run.jsonl --log-every 10',
      what: 'with a record of every tenth step',
    },
  ],
  run: (values, files) => {
    if (values.json && values.quiet) {
      throw new UsageError('train: got --json and --quiet; one excludes the other. Leave one out.');
    }
    return runTraining({ ...values, files, recipe: recipeOf(values), logEvery: values['log-every'] });
  },
});

/** The default recipe, changed by the preset, changed by the flags. */
function recipeOf(values: Values<typeof options>): Recipe {
  const { valid, stateless, clip } = values;
  const flags = {
    tokens: values.tokens,
    vocabSize: values['vocab-size'],
    maxTokens: values['max-tokens'],
    validFraction: valid?.fraction,
    cell: values.cell,
    resetAfter: values['reset-after'] || undefined,
    tied: values.tied || undefined,
    forgetBias: values['forget-bias'],
    layers: values.layers,
    wordvec: values.wordvec,
    hidden: values.hidden,
    batch: values.batch,
    time: values.time,
    streams: values.streams,
    stateful: stateless ? false : undefined,
    optimizer: values.optimizer,
    lr: values.lr,
    lrDecay: values['lr-decay'],
    decayAfter: values['decay-after'],
    clip: clip === 0 ? null : clip,
    epochs: values.epochs,
    seed: values.seed,
    backend: values.backend,
  };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return { ...defaultRecipe, ...presets[values.preset ?? ''], ...given };
}
