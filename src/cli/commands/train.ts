import type { TrainRequest } from '../../recipe/automatic/resolve-recipe.ts';
import { presets } from '../../recipe/presets.ts';
import { defaultRecipe, learningDefaults, type Recipe } from '../../recipe/recipe.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Body, command, type Values } from '../command.ts';
import { learningFlags } from '../training/flags/learning.ts';
import { modelFlags } from '../training/flags/model.ts';
import { runFlags } from '../training/flags/run.ts';
import { textFlags } from '../training/flags/text.ts';
import { runTrain } from './train/run.ts';

const options = { ...textFlags, ...modelFlags, ...learningFlags, ...runFlags };

export const train: Body = command({
  operands: { usage: '[FILE...]', min: 0, max: Number.POSITIVE_INFINITY },
  notes:
    'Without a FILE it trains on the speeches that come with the package. Several files are read as one.\n' +
    'After each epoch that lowers the validation perplexity the model file is replaced, at once and whole.\n' +
    'Ctrl-C stops after the step under way and keeps the work; twice, it leaves at once. A run that was\n' +
    'stopped in any way goes on with --resume latest, to the same bits as one that never stopped.',
  options,
  examples: [
    { line: 'unrolled train', what: 'the bundled speeches, about two minutes' },
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
    const request = { ...recipeOf(values), open: openPart(values) };
    return runTrain({ ...values, ...request, files, logEvery: values['log-every'] });
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
function openPart({ preset, minutes, resume }: Values<typeof options>): TrainRequest['open'] {
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
    sampledSoftmax: values['sampled-softmax'],
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
  const learning = learningDefaults(values);
  return { recipe: { ...defaultRecipe, ...preset, ...learning, ...given }, asked: { ...preset, ...given } };
}
