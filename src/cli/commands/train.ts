import { MINUTES } from '../../recipe/automatic/resolve-recipe.ts';
import { trainRequest } from '../../recipe/automatic/train-request.ts';
import { defaultRecipe } from '../../recipe/default-recipe.ts';
import { presets } from '../../recipe/presets.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { KEEP } from '../../recipe/run/run.ts';
import { checkpointTimes } from '../arguments/checkpoint-times.ts';
import { noVerifyOption, threadsOption } from '../arguments/common-options.ts';
import { encodingOption } from '../arguments/encoding-option.ts';
import { excluding, flagOf, readRecipeFlags, recipeFlags } from '../arguments/recipe-flags.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { ValidSource } from '../arguments/valid-source.ts';
import {
  choice,
  logFile,
  orNull,
  outputFile,
  positiveInteger,
  positiveNumber,
  text,
  wholeNumber,
} from '../arguments/value-types.ts';
import type { Body, Options, Values } from '../command.ts';
import { runTrain } from './train/run.ts';

/** Where a run starts, and its checkpoints. */
const starting = {
  init: { value: 'FILE', type: text, help: 'Start from the weights of this .safetensors file' },
  resume: {
    value: 'FILE|latest',
    type: text,
    help: 'Resume from this checkpoint, or from the newest beside --out, as if the run had not stopped',
  },
  'no-verify': noVerifyOption,
  checkpoint: {
    value: 'STEPS|TIME|none',
    type: orNull(checkpointTimes, 'none'),
    help: 'Interval of checkpoints in steps or time, such as 500 or 5m; also after each best epoch',
    otherwise: '5m',
  },
  keep: {
    value: 'N',
    type: positiveInteger,
    help: 'Number of checkpoints to keep until the run ends',
    default: KEEP,
  },
  overwrite: { help: 'Replace the unfinished work of another run beside --out: other text or flags' },
} as const;

const output = {
  threads: threadsOption,
  'token-cache': {
    value: 'DIR',
    type: text,
    help: 'Keep the tokens of texts above 64 MB in this folder, for other runs of the same text',
    otherwise: 'beside --out, until the run ends',
  },
  out: { value: 'FILE', type: outputFile, help: 'The model file', default: 'model.safetensors' },
  log: { value: 'FILE', type: logFile, help: 'Write all events to this file too, one JSON object a line' },
  'log-every': {
    value: 'STEPS',
    type: wholeNumber,
    help: 'Interval of the step lines of --log and --json, in steps; 0 for none',
    default: 100,
  },
  json: { help: 'Print one JSON object a line instead of text' },
  quiet: { help: 'Print nothing but errors' },
} as const;

/** The flags that are no settings of a recipe. */
const own = {
  preset: {
    value: 'NAME',
    type: choice(Object.keys(presets)),
    help: 'Start from a known recipe; other flags change it',
  },
  tokenizer: {
    value: 'FILE',
    type: text,
    help: "Encode with this tokenizer.json (BPE, word-level), or a model's tokenizer, instead of learning one",
  },
  test: { value: 'FILE', type: text, help: 'Text to evaluate the finished model on' },
  encoding: encodingOption,
  minutes: {
    value: 'M',
    type: positiveNumber,
    help: 'Time budget of training: decides the size of the model and the epochs',
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
  ...recipeFlags('patience', 'onDivergence'),
  ...starting,
  ...recipeFlags('seed', 'backend'),
  ...output,
};

type OwnValues = Values<typeof own> & { readonly valid: ValidSource | undefined };

export const train: Body = {
  operands: { usage: '[FILE...]', min: 0, max: Number.POSITIVE_INFINITY, texts: 0 },
  notes:
    'Without a FILE it trains on the speeches that come with the package. Several files are read as one; a\n' +
    'FILE may be packed with gzip, a folder, or a pattern such as "logs/*.txt".\n' +
    'After each epoch that lowers the validation perplexity the model file is replaced atomically.\n' +
    'Ctrl-C stops after the current step and keeps the work; twice, it stops at once. --resume latest\n' +
    'resumes a run that was stopped in any way, to the same bits as an uninterrupted run. Checkpoints of\n' +
    'another text or other flags beside --out stop a new run; --overwrite gives them up.',
  options,
  examples: [
    { line: 'unrolled train', what: 'the bundled speeches, about two minutes' },
    {
      line: 'unrolled train notes.txt --out notes.safetensors',
      what: 'a text of your own; its last tenth is held out',
    },
    {
      line: 'unrolled train names.txt --items line --tokens char',
      what: 'each line an item with an end of its own, letter by letter',
    },
    {
      line: 'unrolled train notes.txt --tokenizer tokenizer.json',
      what: "with a tokenizer of 'unrolled tokenizer train'",
    },
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
      what: 'resume a run that was stopped or killed',
    },
    {
      line: 'unrolled train notes.txt --log run.jsonl --log-every 10',
      what: 'with a record of every tenth step',
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
    });
  },
};

function checkTogether(values: OwnValues, given: Partial<Recipe>): void {
  const { optimizer = defaultRecipe.optimizer, momentum, epochs, maxSteps } = given;
  if (values.json && values.quiet) throw excluding('--json', '--quiet');
  if (given.items != null && given.streams !== undefined) throw excluding('--items', '--streams');
  if (momentum !== undefined && !['momentum', 'nesterov'].includes(optimizer)) {
    throw new UsageError(
      `train: got --momentum with --optimizer ${optimizer}; it needs momentum or nesterov. ` +
        'Choose one of them, or leave --momentum out.',
    );
  }
  for (const name of ['tokens', 'normalize', 'vocabSize'] as const) {
    if (values.tokenizer !== undefined && given[name] !== undefined) {
      throw excluding('--tokenizer', flagOf(name));
    }
  }
  if (values.init !== undefined && values.resume !== undefined) throw excluding('--init', '--resume');
  checkSteps(maxSteps, epochs, values.minutes);
  if (values.minutes === undefined) return;
  if (epochs !== undefined) {
    throw new UsageError('train: got --minutes and --epochs; both say how long. Leave one out.');
  }
  if (values.resume !== undefined) {
    throw new UsageError(
      'train: got --minutes with --resume; a resumed run keeps its length. Leave --minutes out.',
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
  throw new UsageError(`train: got --max-steps and ${other}; both say how long. Leave one out.`);
}
