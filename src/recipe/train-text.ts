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

/** A text, or several that are read as one. */
export type TextInput = string | SourceText | readonly (string | SourceText)[];

/**
 * Options of `trainText` and `fineTune`, among them every setting of a recipe: `tokens`, `hidden`, `epochs` …
 */
export interface TrainTextOptions extends Partial<Recipe> {
  /**
   * A tokenizer, or with its vocabulary as `readTokenizerJSON` gives it, in the place of one that `tokens` names. Default: none;
   * `fineTune` keeps that of the model.
   */
  readonly tokenizer?: Tokenizer | TextCodec | undefined;
  /** Opens the backends for trials and training. */
  readonly openBackend: OpenBackend;
  /** The time budget in minutes, which decides sizes and epochs that are not given. Default 2. */
  readonly minutes?: number | undefined;
  /** The name of a recipe in `presets` to start from. Default: none; sizes are chosen. */
  readonly preset?: string | undefined;
  /** Validation text, which chooses the best epoch. Default: the last tenth of the text, of items a sample; null for none. */
  readonly valid?: string | SourceText | null | undefined;
  /** Test text, evaluated at the end. Default: none. */
  readonly test?: string | SourceText | null | undefined;
  /**
   * Stops training after the current step; the promise then resolves to the model with the weights so far.
   */
  readonly signal?: AbortSignal | undefined;
  /** Receives each event. Default: none. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Where the model file and checkpoints are written. Default: the model file in memory, no checkpoints. */
  readonly store?: Store | undefined;
  /** The name of the model file in the store. Default `model.safetensors`. */
  readonly out?: string | undefined;
  /** A checkpoint in the store to resume from, or `latest`. */
  readonly resume?: string | undefined;
  /** false resumes from a checkpoint that changed after it was written. Default true. */
  readonly verify?: boolean | undefined;
  /**
   * The interval of checkpoints, which are also written after each best epoch; null for none. Default: 5
   * minutes.
   */
  readonly checkpoint?: CheckpointTimes | null | undefined;
  /**
   * Whether the unfinished work of another request, text or settings, may be replaced that stands in the store under
   * this name. Default false: it is an error.
   */
  readonly overwrite?: boolean | undefined;
  /** How many checkpoints are kept until the run reaches its end. Default 2. */
  readonly keep?: number | undefined;
  /** The training speed of a candidate, in tokens a second. Default: measured for a second. */
  readonly speedOf?: SpeedOf;
}

/** The model of a run, on a backend of its own; `model.backend.close()` frees it. */
export class TrainedModel extends SavedModel {
  /** Whether the signal stopped the run before its end. */
  readonly interrupted: boolean;

  constructor(contents: ModelContents, interrupted: boolean) {
    super(contents);
    this.interrupted = interrupted;
  }
}

/**
 * Trains a model on a text as `unrolled train` does: chooses size and epochs for the text, the machine and the time,
 * keeps the best weights, and measures them.
 * @throws UnrolledError, for example for a text that is too short, and when training diverges
 */
export async function trainText(text: TextInput, options: TrainTextOptions): Promise<TrainedModel> {
  const request = trainRequest(givenSettings(options), options);
  return await train(request, await textsOf(text, options), options, codecOf(options));
}

/**
 * Trains a saved model further on a text, with its weights, vocabulary and recipe (the learning rate too: docs/recipe-notes.md
 * has what was measured), for as many epochs as fit into the time.
 * The saved model itself stays as it is. Words that its vocabulary lacks are read as its unknown token.
 * @param options settings override those of the saved recipe, except the model's own: its sizes and tokens
 * @throws UnrolledError as `trainText` does, and for options that would change the model
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
  const { maxSteps: _, ...known } = readRecipe(saved.recipe, start.name);
  const before = { ...known, maxTokens, validFraction };
  // One of the user's own is in the codec alone: a recipe names those that a text can be trained with anew.
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

/** A tokenizer, or a codec. */
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
  const { signal, keep, onEvent, overwrite } = options;
  const checkpoint = options.store ? options.checkpoint : null;
  let last: RunEvent | undefined;
  for await (const event of runTraining(plan, { store, signal, keep, checkpoint, overwrite })) {
    last = event;
    onEvent?.(event);
  }
  const { model, tokenizer, vocabulary, items = null, recipe, corpus, extras } = plan;
  const rest = { model, tokenizer, vocabulary, items, recipe, corpus, extras };
  const interrupted = last?.event === 'interrupted';
  if (last?.event === 'interrupted' && last.savedStep === null) {
    return new TrainedModel({ ...rest, results: null }, interrupted);
  }
  // An interrupted run leaves newer weights in the model than the best ones, which the file has.
  const { tensors, results } = await loadModelFile(await store.read(plan.out), plan.out, {
    tokenizers: [tokenizer],
  });
  writeWeights(model, tensors);
  return new TrainedModel({ ...rest, results }, interrupted);
}

/** What belongs to the saved model, beside its config: an initial weight and the vocabulary that it was made with. */
const FIXED = ['vocabSize', 'forgetBias', 'initScale'] as const;

/** Throws for a setting that would make another model of it. */
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
    `fineTune: ${name} would make another model than the saved one; its sizes, cell and tokens stay. Leave it out.`,
  );
}

/** The options beside the settings. */
const OPTIONS = [
  ...['openBackend', 'minutes', 'preset', 'valid', 'test', 'signal', 'onEvent', 'store', 'out', 'resume'],
  ...['verify', 'checkpoint', 'keep', 'overwrite', 'speedOf', 'tokenizer'],
];

/** The options that are settings of a recipe. @throws for a name that is no option */
function givenSettings(options: TrainTextOptions): Partial<Recipe> {
  const other = Object.keys(options).find(
    (name) => !Object.hasOwn(settings, name) && !OPTIONS.includes(name),
  );
  if (other !== undefined) {
    throw new UnrolledError(
      'unknown-name',
      `trainText: there is no option ${other}; it takes ${OPTIONS.slice(1).join(', ')} and the settings of a recipe: ` +
        `${Object.keys(settings).join(', ')}.`,
    );
  }
  checkParts(options);
  const all = { ...options, ...(options.valid === null && { validFraction: null }) };
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== undefined && Object.hasOwn(settings, name)),
  );
}

/** Throws for options of another kind that training would meet late. */
function checkParts({ openBackend, onEvent, signal, store }: TrainTextOptions): void {
  const where = 'trainText';
  checkFunction(where, 'openBackend', openBackend);
  if (onEvent !== undefined) checkFunction(where, 'onEvent', onEvent);
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
    'Give a text.',
  );
}
