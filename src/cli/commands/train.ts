import { MINUTES } from '../../recipe/automatic/resolve-recipe.ts';
import { trainRequest } from '../../recipe/automatic/train-request.ts';
import { presets } from '../../recipe/presets.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { KEEP } from '../../recipe/run/run.ts';
import { checkpointTimes } from '../arguments/checkpoint-times.ts';
import { mpiTimeoutOption, noVerifyOption, threadsOption } from '../arguments/common-options.ts';
import { encodingOption } from '../arguments/encoding-option.ts';
import { conflictError, flagOf, readRecipeFlags, recipeFlags } from '../arguments/recipe-flags.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { ValidSource } from '../arguments/valid-source.ts';
import {
  choice,
  logFile,
  nonNegativeInteger,
  orNull,
  outputFile,
  positiveInteger,
  positiveNumber,
  text,
} from '../arguments/value-types.ts';
import type { CommandSpec, Options, Values } from '../command.ts';
import { runTrain } from './train/run.ts';

/** The flags of the initial weights and of checkpoints. */
const starting = {
  init: { value: 'FILE', type: text, help: 'Start from the weights in this .safetensors file' },
  resume: {
    value: 'FILE|latest',
    type: text,
    help: 'Resume from this checkpoint, or from the latest one next to --out',
  },
  'no-verify': noVerifyOption,
  checkpoint: {
    value: 'STEPS|TIME|none',
    type: orNull(checkpointTimes, 'none'),
    help: 'Checkpoint interval in steps (500) or time (30s, 5m, 1h); a checkpoint also follows each best epoch',
    otherwise: '5m',
  },
  keep: {
    value: 'N',
    type: positiveInteger,
    help: 'Number of checkpoints to keep during the run',
    default: KEEP,
  },
  overwrite: { help: 'Delete the unfinished run of another text or other flags next to --out' },
} as const;

const output = {
  threads: threadsOption,
  'token-cache': {
    value: 'DIR',
    type: text,
    help: 'Cache the token ids of texts above 64 MB in this folder, for later runs on the same text',
    otherwise: 'next to --out, until the run ends',
  },
  out: { value: 'FILE', type: outputFile, help: 'Model file to write', default: 'model.safetensors' },
  log: { value: 'FILE', type: logFile, help: 'Also write all events to this file, one JSON object per line' },
  'log-every': {
    value: 'STEPS',
    type: nonNegativeInteger,
    help: 'Number of steps between two step events of --log and --json; 0 writes none',
    default: 100,
  },
  'scale-batch': {
    help: 'With several processes: multiply the batch by their number, and the rate by its root after a warm-up',
  },
  'mpi-timeout': mpiTimeoutOption,
  json: { help: 'Print one JSON object per event instead of text' },
  quiet: { help: 'Print only errors' },
} as const;

/** The flags that are not settings of a recipe. */
const own = {
  preset: {
    value: 'NAME',
    type: choice(Object.keys(presets)),
    help: 'Start from the settings of a preset; other flags override them',
  },
  tokenizer: {
    value: 'FILE',
    type: text,
    help: 'Use an existing tokenizer: a tokenizer.json (BPE or word-level) or a model file',
  },
  test: { value: 'FILE', type: text, help: 'Test text; the finished model is evaluated on it' },
  encoding: encodingOption,
  minutes: {
    value: 'M',
    type: positiveNumber,
    help: 'Time budget of training in minutes; determines the model size and the number of epochs',
    otherwise: MINUTES,
  },
  ...starting,
  ...output,
} as const;

const options: Options = {
  preset: own.preset,
  ...recipeFlags('tokens', 'vocabSize'),
  tokenizer: own.tokenizer,
  ...recipeFlags('items', 'validFraction'),
  test: own.test,
  encoding: own.encoding,
  ...recipeFlags('cell', 'maxSteps'),
  minutes: own.minutes,
  ...recipeFlags('planned', 'onDivergence'),
  ...starting,
  ...recipeFlags('seed', 'backend'),
  ...output,
};

type OwnValues = Values<typeof own> & { readonly valid: ValidSource | undefined };

export const train: CommandSpec = {
  operands: { usage: '[FILE...]', min: 0, max: Number.POSITIVE_INFINITY, texts: 0 },
  ranks: 'all',
  notes:
    'Without a FILE, it trains on the speeches that come with the package. Several files are\n' +
    'concatenated; a FILE may also be a gzip file, a folder, or a pattern such as "logs/*.txt". The\n' +
    'model file is replaced atomically after each epoch that improves the validation perplexity. Ctrl-C\n' +
    'stops after the current step and saves; a second Ctrl-C stops at once. --resume latest continues a\n' +
    'run that was stopped or killed and gives the same bits as an uninterrupted run. A new run is\n' +
    'refused if an unfinished run of another text or other flags is next to --out; --overwrite deletes\n' +
    'that run.',
  options,
  examples: [
    { line: 'unrolled train', what: 'the bundled speeches, about two minutes' },
    {
      line: 'unrolled train notes.txt --out notes.safetensors',
      what: 'your own text; the last tenth is used for validation',
    },
    {
      line: 'unrolled train names.txt --items line --tokens char',
      what: 'each line is an item, each character a token',
    },
    {
      line: 'unrolled train notes.txt --tokenizer tokenizer.json',
      what: "with a tokenizer made by 'unrolled tokenizer train'",
    },
    {
      line: 'unrolled train ptb.train.txt --preset simple-rnnlm --max-tokens 1000',
      what: "the book chapter's run: perplexity about 6 after 100 epochs",
    },
    {
      line: 'unrolled train notes.txt --optimizer sgd --lr 20',
      what: 'another optimizer; without --lr it has a rate of its own',
    },
    {
      line: 'unrolled train notes.txt --out notes.safetensors --resume latest',
      what: 'resume an interrupted run',
    },
    {
      line: 'unrolled train notes.txt --log run.jsonl --log-every 10',
      what: 'with a log of every tenth step',
    },
  ],
  inputs: (all, files) => {
    const { valid, test, init, resume, tokenizer } = all as unknown as OwnValues;
    return [...files, valid?.file, test, tokenizer, init, resume === 'latest' ? null : resume];
  },
  run: async (all, files) => {
    const values = all as unknown as OwnValues;
    const given = readRecipeFlags(all);
    checkTogether(values, given);
    const request = trainRequest(given, values);
    return await runTrain({
      ...values,
      ...request,
      files,
      logEvery: values['log-every'],
      verify: !values['no-verify'],
      tokenCache: values['token-cache'],
      mpiTimeout: values['mpi-timeout'],
      scaleBatch: values['scale-batch'],
    });
  },
};

function checkTogether(values: OwnValues, given: Partial<Recipe>): void {
  const { optimizer, momentum, epochs, maxSteps, planned } = given;
  if (values.json && values.quiet) throw conflictError('--json', '--quiet');
  if (given.items != null && given.streams !== undefined) throw conflictError('--items', '--streams');
  if (momentum !== undefined && !['momentum', 'nesterov', 'muon'].includes(`${optimizer}`)) {
    throw new UsageError(
      `train: got --momentum ${optimizer === undefined ? 'without --optimizer' : `with --optimizer ${optimizer}`}; ` +
        'it needs momentum, nesterov or muon. ' +
        'Choose one of them, or leave out --momentum.',
    );
  }
  for (const name of ['tokens', 'normalize', 'vocabSize'] as const) {
    if (values.tokenizer !== undefined && given[name] !== undefined) {
      throw conflictError('--tokenizer', flagOf(name));
    }
  }
  if (values.init !== undefined && values.resume !== undefined) throw conflictError('--init', '--resume');
  checkSteps(maxSteps, epochs, values.minutes);
  if (planned !== undefined && maxSteps === undefined) {
    throw new UsageError(
      'train: got --planned without --max-steps; it needs the length that was planned last. ' +
        'Pass both, or leave --planned out.',
    );
  }
  if (values.minutes !== undefined && epochs !== undefined) {
    throw new UsageError(
      'train: got --minutes and --epochs; both set the length of training. Leave one out.',
    );
  }
}

function checkSteps(
  maxSteps: number | undefined,
  epochs: number | undefined,
  minutes: number | undefined,
): void {
  const other = epochs !== undefined ? '--epochs' : minutes !== undefined ? '--minutes' : null;
  if (maxSteps === undefined || other === null) return;
  throw new UsageError(
    `train: got --max-steps and ${other}; both set the length of training. Leave one out.`,
  );
}
