import type { TextCodec } from '../data/text-codec.ts';
import { isBuiltInKind } from '../data/tokenizers/open.ts';
import { checkTokenizer, type Tokenizer } from '../data/tokenizers/tokenizer.ts';
import { UnrolledError } from '../errors.ts';
import { checkFunction, checkSignal, wrongKind } from '../kinds.ts';
import { checkTextModel } from '../models/check-model.ts';
import { loadModelFile, type ModelContents, SavedModel } from '../models/model-file.ts';
import { saveWeights, writeWeights } from '../models/weights.ts';
import type { CheckpointTimes } from '../training/train.ts';
import type { SpeedOf } from './automatic/choose.ts';
import type { OpenBackend } from './automatic/resolve-recipe.ts';
import { checkLength, type TrainRequest, trainRequest } from './automatic/train-request.ts';
import { defaultRecipe } from './default-recipe.ts';
import { type Plan, type PlanOptions, planTraining } from './plan.ts';
import { readRecipe } from './read-recipe.ts';
import type { Recipe } from './recipe.ts';
import { readResumed } from './run/checkpoints.ts';
import type { RunEvent } from './run/events.ts';
import { runTraining } from './run/run.ts';
import { type Start, startRecipe } from './run/start-weights.ts';
import { settings } from './settings/settings.ts';
import { checkStore, MemoryStore, type Store } from './store.ts';
import { sourceText } from './text/source-text.ts';
import type { SourceText, Texts } from './text/training-data.ts';

/** A text, or several texts to concatenate. */
export type TextInput = string | SourceText | readonly (string | SourceText)[];

/**
 * Options of `trainText` and `fineTune`: all settings of a recipe, such as `tokens`, `hidden` and `epochs`, and the following.
 */
export interface TrainTextOptions extends Partial<Recipe> {
  /**
   * A tokenizer, or a tokenizer with its vocabulary as `readTokenizerJSON` returns it; it replaces `tokens`. Default: none.
   * `fineTune` keeps the model's tokenizer.
   */
  readonly tokenizer?: Tokenizer | TextCodec | undefined;
  /** Opens the backends for trials and training. */
  readonly openBackend: OpenBackend;
  /** Time budget in minutes, for choosing sizes and epochs that are not given. Default 2. */
  readonly minutes?: number | undefined;
  /** Name of a recipe in `presets` to start from. Default: none; settings are chosen automatically. */
  readonly preset?: string | undefined;
  /** Validation text, to select the best epoch; null for none. Default: the last tenth of the text, or a tenth of the items. */
  readonly valid?: string | SourceText | null | undefined;
  /** Test text, evaluated at the end. Default: none. */
  readonly test?: string | SourceText | null | undefined;
  /**
   * Stops training after the current step; the promise then resolves to the model with its current weights. Default: none.
   */
  readonly signal?: AbortSignal | undefined;
  /** Receives each event of the run. Default: none. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Where the model file and checkpoints are written. Default: in memory, without checkpoints. */
  readonly store?: Store | undefined;
  /** The model file's name in the store. Default `model.safetensors`. */
  readonly out?: string | undefined;
  /** Name of a checkpoint in the store to resume from, or `latest`. Default: a new run. */
  readonly resume?: string | undefined;
  /** Whether to verify that the checkpoint has not changed since it was written. Default true. */
  readonly verify?: boolean | undefined;
  /**
   * Checkpoint interval; null for no checkpoints. Default: every 300 seconds, and after each best epoch.
   */
  readonly checkpoint?: CheckpointTimes | null | undefined;
  /**
   * Whether checkpoints of another unfinished run with the same name may be replaced. Default false: it is an error.
   */
  readonly overwrite?: boolean | undefined;
  /** Number of checkpoints to keep until the run completes. Default 2. */
  readonly keep?: number | undefined;
  /** Measures the training speed of a candidate, in tokens per second. Default: a short trial. */
  readonly speedOf?: SpeedOf;
  /** The clock of the time budget, in milliseconds. Default: performance.now. */
  readonly now?: (() => number) | undefined;
}

/** A trained model, which owns its backend; `model.backend.close()` frees it. */
export class TrainedModel extends SavedModel {
  /** Whether the signal stopped the run early. */
  readonly interrupted: boolean;

  /**
   * Made by `trainText` and `fineTune`.
   * @throws {UnrolledError} `option-value` when the contents are not those of a model
   */
  constructor(contents: ModelContents, interrupted: boolean) {
    super(contents);
    this.interrupted = interrupted;
  }
}

/**
 * Trains a model on a text, like `unrolled train`: chooses the model size and the number of epochs for the text, the machine
 * and the time budget, keeps the best weights, and evaluates them.
 * @throws {UnrolledError} `text-short` or `text-empty` when the text is too short, `diverged` when training diverges,
 * `option-value`, `option-conflict` or `unknown-name` for invalid options, `memory` when the model doesn't fit, `file-in-use` or
 * `checkpoint-missing` for the store
 */
export async function trainText(text: TextInput, options: TrainTextOptions): Promise<TrainedModel> {
  const request = trainRequest(givenSettings(options), options);
  return await train(request, await textsOf(text, options), options, codecOf(options));
}

/**
 * Fine-tunes a saved model on a text, starting from its weights, with its vocabulary and recipe (including the learning rate;
 * docs/recipe-notes.md has measurements), for as many epochs as fit into the time budget. The saved model is not changed. Words
 * outside its vocabulary are read as its unknown token.
 * @param options settings that override the saved recipe, except for the model's sizes and tokens
 * @throws {UnrolledError} as `trainText` does, and `option-conflict` for options that would change the model
 */
export async function fineTune(
  saved: ModelContents,
  text: TextInput,
  options: TrainTextOptions,
): Promise<TrainedModel> {
  checkTextModel('fineTune', saved);
  const { tokenizer, vocabulary } = saved;
  const start = await startOf(saved);
  checkModelUnchanged(givenSettings(options), { ...startRecipe(start), tokens: tokenizer.kind }, options);
  const { maxTokens, validFraction } = defaultRecipe;
  const { maxSteps: _, planned: __, ...known } = readRecipe(saved.recipe, start.name);
  const before = { ...known, maxTokens, validFraction };
  // A custom tokenizer has no name in a recipe.
  const tokens = isBuiltInKind(tokenizer.kind) ? { tokens: tokenizer.kind } : {};
  const given = { ...givenSettings(options), ...tokens };
  checkLength(given, options.minutes);
  const request: TrainRequest = {
    recipe: { ...before, ...startRecipe(start), ...given },
    asked: given,
    open: (options.epochs ?? options.maxSteps) === undefined ? 'epochs' : 'nothing',
    minutes: options.minutes,
  };
  return await train(request, await textsOf(text, options), options, { start, tokenizer, vocabulary });
}

/** The `tokenizer` option as tokenizer and vocabulary. */
function codecOf({ tokenizer: given }: TrainTextOptions): Partial<TextCodec> {
  if (given === undefined) return {};
  const { tokenizer = given as Tokenizer, vocabulary } = Object(given) as Partial<TextCodec>;
  checkTokenizer('trainText', tokenizer);
  return { tokenizer, ...(vocabulary && { vocabulary }) };
}

async function startOf({ model, vocabulary, items }: ModelContents): Promise<Start> {
  const metadata = new Map([
    ['config', JSON.stringify(model.config)],
    ['vocabulary', JSON.stringify(vocabulary)],
    ...(items == null ? [] : [['items', items] as const]),
  ]);
  return { name: 'saved model', tensors: await saveWeights(model), metadata };
}

async function train(
  request: TrainRequest,
  texts: Texts,
  options: TrainTextOptions,
  from: Pick<PlanOptions, 'start' | 'tokenizer' | 'vocabulary'>,
): Promise<TrainedModel> {
  const { openBackend, speedOf, out = 'model.safetensors', resume, store = new MemoryStore() } = options;
  const { overwrite, verify } = options;
  const tokenizers = from.tokenizer ? [from.tokenizer] : [];
  const reading = { verify, tokenizers };
  const resumed = resume === undefined ? null : await readResumed(store, out, resume, reading);
  const how = { ...from, out, openBackend, resumed, store, overwrite, ...(speedOf && { speedOf }) };
  const plan = await planTraining(request, texts, how);
  try {
    return await runToEnd(plan, store, options);
  } catch (error) {
    plan.model.backend.close();
    throw error;
  }
}

async function runToEnd(plan: Plan, store: Store, options: TrainTextOptions): Promise<TrainedModel> {
  const { signal, keep, onEvent, overwrite, now } = options;
  const checkpoint = options.store ? options.checkpoint : null;
  let last: RunEvent | undefined;
  for await (const event of runTraining(plan, { store, signal, keep, checkpoint, overwrite, now })) {
    last = event;
    onEvent?.(event);
  }
  // The run may have changed the recipe.
  const { model, tokenizer, vocabulary, items = null, recipe, corpus, extras } = plan;
  const rest = { model, tokenizer, vocabulary, items, recipe, corpus, extras };
  const interrupted = last?.event === 'interrupted';
  if (last?.event === 'interrupted' && last.savedStep === null) {
    return new TrainedModel({ ...rest, results: null }, interrupted);
  }
  // After an interrupted run, the best weights are in the file, not in the model.
  const { tensors, results } = await loadModelFile(await store.read(plan.out), plan.out, {
    tokenizers: [tokenizer],
  });
  writeWeights(model, tensors);
  return new TrainedModel({ ...rest, results }, interrupted);
}

/** Settings besides the config that can't change when a model is fine-tuned. */
const FIXED = ['vocabSize', 'forgetBias', 'initScale', 'initEmbedding', 'outputBias'] as const;

/** Throws for an option that would change the model. */
function checkModelUnchanged(
  settings: Partial<Recipe>,
  kept: Readonly<Record<string, unknown>>,
  { preset, tokenizer }: TrainTextOptions,
): void {
  const fixed = FIXED.find((name) => settings[name] !== undefined);
  const changed = Object.entries(kept).find(([name, value]) => {
    const asked = settings[name as keyof Recipe];
    return asked !== undefined && asked !== value;
  })?.[0];
  const given = preset !== undefined ? 'preset' : tokenizer !== undefined ? 'tokenizer' : undefined;
  const name = given ?? fixed ?? changed;
  if (name === undefined) return;
  throw new UnrolledError(
    'option-conflict',
    `fineTune: ${name} would change the model, whose sizes, cell and tokens are fixed. Leave it out.`,
  );
}

/** The options other than settings. */
const OPTIONS = [
  ...['openBackend', 'minutes', 'preset', 'valid', 'test', 'signal', 'onEvent', 'store', 'out', 'resume'],
  ...['verify', 'checkpoint', 'keep', 'overwrite', 'speedOf', 'now', 'tokenizer'],
];

/** The options that are settings of a recipe. Throws for an unknown option. */
function givenSettings(options: TrainTextOptions): Partial<Recipe> {
  const other = Object.keys(options).find(
    (name) => !Object.hasOwn(settings, name) && !OPTIONS.includes(name),
  );
  if (other !== undefined) {
    throw new UnrolledError(
      'unknown-name',
      `trainText: unknown option ${other}; it must be one of ${OPTIONS.slice(1).join(', ')}, or a setting of a recipe: ` +
        `${Object.keys(settings).join(', ')}.`,
    );
  }
  checkParts(options);
  const all = { ...options, ...(options.valid === null && { validFraction: null }) };
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== undefined && Object.hasOwn(settings, name)),
  );
}

/** Throws early for options of the wrong type. */
function checkParts({ openBackend, onEvent, signal, store, now }: TrainTextOptions): void {
  const where = 'trainText';
  checkFunction(where, 'openBackend', openBackend);
  if (onEvent !== undefined) checkFunction(where, 'onEvent', onEvent);
  if (now !== undefined) checkFunction(where, 'now', now);
  if (signal !== undefined) checkSignal(where, signal);
  if (store !== undefined) checkStore(where, store);
}

async function textsOf(text: TextInput, options: TrainTextOptions): Promise<Texts> {
  const parts = Array.isArray(text) ? text : [text];
  const { valid, test } = options;
  return {
    train: await Promise.all(parts.map((part) => textOf(part, 'text'))),
    valid: valid == null ? null : await textOf(valid, 'valid'),
    test: test == null ? null : await textOf(test, 'test'),
  };
}

async function textOf(text: string | SourceText, name: string): Promise<SourceText> {
  if (typeof text === 'string') return await sourceText(text, name);
  if (typeof text?.text === 'string') return text;
  throw wrongKind(
    'trainText',
    `the ${name}`,
    text,
    'a string, or {name, text, sha256, bytes}',
    'Pass a text.',
  );
}
