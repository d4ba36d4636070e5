import type { Backend } from '../backends/backend.ts';
import type { Batches } from '../data/batches/batches.ts';
import { Corpus } from '../data/corpus.ts';
import { ItemDigests } from '../data/items/digests.ts';
import type { OnProgress } from '../data/token-progress.ts';
import type { Tokenizer } from '../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { type Group, shardOf } from '../distributed/group.ts';
import { single } from '../distributed/single.ts';
import { OptionError, UnrolledError } from '../errors.ts';
import { checkFunction, checkObject, checkPositive, wrongKind } from '../kinds.ts';
import type { RecurrentConfig } from '../models/config.ts';
import type { ModelContents } from '../models/model-file.ts';
import { RecurrentLM } from '../models/recurrent-lm.ts';
import { writeWeights } from '../models/weights.ts';
import { mix } from '../tensor/mask.ts';
import { Random } from '../tensor/random.ts';
import type { WeightAverage } from '../training/averages/weight-average.ts';
import { countNgramsOf } from '../training/ngram/count-ids.ts';
import { countNgrams, type NgramCounts } from '../training/ngram/ngram.ts';
import { countsToArrays } from '../training/ngram/ngram-arrays.ts';
import type { Optimizer } from '../training/optimizers/optimizer.ts';
import { RandomLengths, SHORTEST_BLOCK } from '../training/random-lengths.ts';
import type { Pace } from '../training/schedules/pace.ts';
import type { Schedule } from '../training/schedules/schedule.ts';
import { checkTraining } from '../training/train.ts';
import { trainingBytes } from './automatic/check-sizes.ts';
import type { SpeedOf } from './automatic/choose.ts';
import type { Reason } from './automatic/reasons.ts';
import { type OpenBackend, type ResolvedRecipe, resolveRecipe, speedOn } from './automatic/resolve-recipe.ts';
import { checkSkipBad, type TrainRequest } from './automatic/train-request.ts';
import { initFromText } from './init-from-text.ts';
import { averageOf, optimizerOf, scheduleOf } from './learning.ts';
import { configOf, initOf, trainingOf } from './model-of-recipe.ts';
import { checkRecipe } from './read-recipe.ts';
import type { Recipe } from './recipe.ts';
import { type ScaledBatch, scaleBatch } from './run/parallel/scale-batch.ts';
import type { Resumed } from './run/read-checkpoint.ts';
import { checkSameMinutes, checkSameTexts, resumedBudget, resumedRecipe } from './run/resume.ts';
import { type Start, startItems, startSettings, startWeights } from './run/start-weights.ts';
import { type BudgetState, TimeBudget } from './run/time-budget.ts';
import { checkOutput } from './run/unfinished/claim.ts';
import { type RequestIdentity, requestIdentity } from './run/unfinished/request.ts';
import { paceOf, withEpochs } from './settings/planned-lengths.ts';
import { inOrder, withoutZeroClip } from './settings/settings.ts';
import { checkStore, type Store } from './store.ts';
import { digestsToArrays } from './text/item-digests.ts';
import { knownCodec } from './text/known-codec.ts';
import { boundedValid, isAnyStreamed } from './text/prepare-texts.ts';
import type { Streaming } from './text/streamed/prepare-streamed.ts';
import { trainingBatches } from './text/training-batches.ts';
import { type AnyTexts, checkBlock, type TrainingData } from './text/training-data.ts';

/** A prepared run: the model, batches and optimizer, and the metadata of the model file. Made by `planTraining`. */
export interface Plan extends Omit<ModelContents, 'results'> {
  /** The complete recipe, in the order of the settings. A run with a time budget replaces it when it changes its length. */
  recipe: Recipe;
  /** The encoded texts. */
  readonly trainingData: TrainingData;
  /** The training batches. */
  readonly batches: Batches;
  /** The optimizer. */
  readonly optimizer: Optimizer;
  /** The learning rate schedule. */
  readonly schedule: Schedule;
  /** The length of the run in steps, which `schedule` follows. */
  readonly pace: Pace;
  /** The time budget of the run; null when its length was given. */
  readonly budget: BudgetState | null;
  /** The weight average; null without one. */
  readonly average: WeightAverage | null;
  /** N-gram counts of the training text. */
  readonly counts: NgramCounts;
  /** The processes that train together. */
  readonly group: Group;
  /** How the batch was scaled with their number; null if it was not. */
  readonly scaled: ScaledBatch | null;
  /** The model file's name in the store. */
  readonly out: string;
  /** Peak memory of the run on the backend, in bytes. */
  readonly plannedBytes: number;
  /** The checkpoint that the run resumes from; null for a new run. */
  readonly resumed: Resumed | null;
  /** Identifies the request, to recognise its unfinished runs. */
  readonly identity: RequestIdentity;
  /** The reasons for the automatic choices. */
  readonly reasons: readonly Reason[];
}

/** Options of `planTraining`. */
export interface PlanOptions {
  /** The model file's name in the store. */
  readonly out: string;
  /** Opens the backends for trials and training. */
  readonly openBackend: OpenBackend;
  /** Weights to start from, which determine the model's sizes. Default: random initial weights. */
  readonly start?: Start | null;
  /** The tokenizer to encode with. Default: the recipe's, learnt from the training text. */
  readonly tokenizer?: Tokenizer;
  /** The vocabulary to encode with. Default: built from the training text. */
  readonly vocabulary?: Vocabulary;
  /** Progress callback for long texts: the fraction counted, then the fraction encoded, from 0 to 1. Default: none. */
  readonly onShare?: OnProgress;
  /** Token store and options for streamed texts. Required for such texts. */
  readonly streaming?: Streaming;
  /** A checkpoint to resume from; the run keeps its recipe. Default: a new run. */
  readonly resumed?: Resumed | null;
  /** The run's store, to detect conflicts with other runs early. Default: they are detected by `runTraining`. */
  readonly store?: Store;
  /** Whether checkpoints of other unfinished runs with the same output name may be replaced. Default false. */
  readonly overwrite?: boolean | undefined;
  /** Measures the training speed of a candidate, in tokens per second. Default: a short trial on a separate backend. */
  readonly speedOf?: SpeedOf;
  /** The processes that train together; `planTogether` plans on all of them. Default: this process alone. */
  readonly group?: Group;
  /**
   * Whether to multiply the batch by the number of processes and the learning rate by its square root, with a warm-up. A resumed run
   * keeps the batch of its checkpoint. Default false: the batch is shared.
   */
  readonly scaleBatch?: boolean | undefined;
}

/**
 * Chooses the open settings of a request and prepares the run. The plan's model owns the backend; close it with
 * `plan.model.backend.close()`.
 * @throws {UnrolledError} `text-short`, `text-empty`, `memory`, `option-value` or `option-conflict` when the texts don't suit the
 * settings, `vocabulary`, `weights` or `checkpoint-foreign` when they don't suit `start` or `resumed`, `file-in-use` when
 * another run uses the output name
 */
export async function planTraining(
  given: TrainRequest,
  texts: AnyTexts,
  options: PlanOptions,
): Promise<Plan> {
  checkGiven(given, texts, options);
  const { start = null, resumed = null, openBackend, speedOf = speedOn(openBackend) } = options;
  checkRecipe(given.recipe);
  checkRecipe(given.asked);
  const request = { ...given, recipe: withoutZeroClip(given.recipe), asked: withoutZeroClip(given.asked) };
  if (request.minutes !== undefined) checkPositive('recipe', { minutes: request.minutes }, 2);
  if (resumed) checkSameMinutes(resumed, request.minutes);
  const identity = requestIdentity(request, texts, options);
  await checkOutput(options, identity, resumed);
  const base = resumed
    ? resumedRecipe(resumed, options.scaleBatch ? withoutScaled(request.asked) : request.asked)
    : { ...(start && startItems(start)), ...request.recipe };
  if (!resumed) checkSkipBad(base);
  const { recipe: encoding, known } = knownCodec(
    { recipe: base, asked: request.asked },
    options,
    isAnyStreamed(texts),
  );
  const recipe = texts.valid
    ? { ...encoding, validFraction: null }
    : boundedValid(encoding, request.asked, texts);
  const asked = { ...(start && startSettings(start)), ...request.asked };
  lengthsOf({ ...recipe, ...asked }); // fails before the trial
  const open = resumed ? 'nothing' : request.open;
  const resolved = await resolveRecipe({ ...request, recipe, asked, open }, texts, speedOf, known, options);
  return { ...(await makePlan({ ...resolved, asked: request.asked }, options)), identity };
}

/** Throws for arguments of the wrong type. */
function checkGiven(request: TrainRequest, texts: AnyTexts, options: PlanOptions): void {
  const where = 'planTraining';
  checkObject(where, 'the options', options, 'Pass { out, openBackend }.');
  if (!request?.recipe || !request.asked) {
    throw wrongKind(where, 'the request', request, 'a TrainRequest', 'Pass trainRequest(settings).');
  }
  const all = Array.isArray(texts?.train) && texts.train.length > 0 ? texts.train : [texts?.train];
  const wrong = [...all, texts?.valid, texts?.test].find(
    (one, i) => (i === 0 || one) && typeof one?.text !== 'string' && typeof one?.chunks !== 'function',
  );
  if (wrong !== undefined || all[0] === undefined) {
    throw wrongKind(
      where,
      'a text',
      wrong ?? texts,
      'a SourceText',
      'Pass { train: [await sourceText(text)], valid, test }.',
    );
  }
  checkFunction(where, 'openBackend', options.openBackend, 'Pass openBackend.');
  if (options.store !== undefined) checkStore(where, options.store);
}

interface Resolved extends ResolvedRecipe {
  readonly asked: Partial<Recipe>;
}

async function makePlan(
  { recipe: chosen, trainingData, reasons, asked, minutes }: Resolved,
  { out, start = null, resumed = null, openBackend, group = single, scaleBatch: scales = false }: PlanOptions,
): Promise<Omit<Plan, 'identity'>> {
  const isScaled = scales && group.size > 1 && resumed === null;
  const wanted = isScaled ? scaleBatch(chosen, group.size, trainingData.train.tokens.length) : chosen;
  const scaled = isScaled ? { processes: group.size, batch: chosen.batch, lr: chosen.lr } : null;
  checkBlock(trainingData, wanted);
  checkRanks(wanted, group);
  if (resumed) checkSameTexts(resumed, trainingData);
  const { vocabulary, train } = trainingData;
  const config = configOf(wanted, vocabulary.size);
  const weights = resumed?.weights ?? (start && startWeights(start, config, trainingData));
  const lengths = lengthsOf(wanted);
  const batches = trainingBatches(train, wanted, lengths);
  const recipe = inOrder(withEpochs(wanted, batches.stepsPerEpoch));
  const pace = paceOf(recipe, batches.stepsPerEpoch);
  const schedule = scheduleOf(recipe, pace);
  const budget = resumed
    ? resumedBudget(resumed, asked)
    : minutes === null
      ? null
      : TimeBudget.begin(minutes);
  const steps = pace.firstSteps;
  const backend = await openFor(recipe, asked, resumed, openBackend);
  try {
    const longest = Math.min(lengths?.longest ?? batches.T, batches.stepsPerEpoch * batches.T);
    const { count: batch } = shardOf(recipe.batch, group);
    const plannedBytes = await trainingBytes(
      backend,
      config,
      { ...recipe, batch, time: longest },
      trainingData,
    );
    backend.arena.reserve(plannedBytes); // grows the memory once
    const { counts, ...saved } = build(backend, config, { recipe, steps }, trainingData);
    if (weights) writeWeights(saved.model, weights);
    else initFromText(saved.model, recipe, trainingData, counts);
    const optimizer = optimizerOf(recipe, backend);
    const average = recipe.average && averageOf(recipe.average, backend);
    checkTraining({ ...recipe, schedule, average, valid: trainingData.valid });
    const learning = { batches, optimizer, schedule, average, pace, budget };
    return {
      ...saved,
      ...learning,
      recipe,
      trainingData,
      counts,
      out,
      plannedBytes,
      resumed,
      reasons,
      group,
      scaled,
    };
  } catch (error) {
    backend.close();
    throw error;
  }
}

/** The given settings without those that a scaled batch changes; a resumed run takes them from its checkpoint. */
function withoutScaled({ batch: _, lr: __, warmup: ___, ...others }: Partial<Recipe>): Partial<Recipe> {
  return others;
}

/** Throws unless each process gets a stream. */
function checkRanks({ batch }: Recipe, { size }: Group): void {
  if (size <= batch) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${size} processes share ${nameOf('batch')} ${batch}; each needs at least one stream. ` +
      `Use ${nameOf('batch')} ${size} or more, or fewer processes.`,
  );
}

/** A resumed run falls back to an available backend unless one is given explicitly; `resumeWarnings` reports it. */
async function openFor(
  { backend }: Recipe,
  asked: Partial<Recipe>,
  resumed: Resumed | null,
  openBackend: OpenBackend,
): Promise<Backend> {
  try {
    return await openBackend(backend);
  } catch (error) {
    const isMissing = error instanceof UnrolledError && error.code === 'backend-missing';
    const isOther = asked.backend !== undefined && asked.backend !== resumed?.recipe.backend;
    if (resumed && isMissing && !isOther) return await openBackend('auto');
    throw error;
  }
}

/** The initial model and the metadata of its file. */
function build(
  backend: Backend,
  config: RecurrentConfig,
  { recipe, steps }: { readonly recipe: Recipe; readonly steps: number },
  { train, tokenizer, vocabulary, info }: TrainingData,
) {
  const V = vocabulary.size;
  const counts = train instanceof Corpus ? countNgrams(train.ids, V) : countNgramsOf(train.tokens, V);
  const { unknownIds } = vocabulary;
  const options = { ...initOf(recipe), ...trainingOf(recipe, counts.unigrams, steps), unknownIds };
  const model = new RecurrentLM(backend, config, new Random(recipe.seed), options);
  const items = recipe.items ?? null;
  // Digests of the training items tell whether a generated item is new.
  const digests = items === null ? null : ItemDigests.of(train.tokens, vocabulary.endId);
  const extras = new Map([...countsToArrays(counts), ...digestsToArrays(digests)]);
  return { model, tokenizer, vocabulary, items, corpus: info, extras, counts };
}

/** The random block lengths; null for a constant length. Throws UnrolledError when T is too small. */
function lengthsOf({ randomTime, time, seed }: Recipe): RandomLengths | null {
  if (!randomTime) return null;
  if (time < SHORTEST_BLOCK) {
    throw new OptionError(
      'option-value',
      (nameOf) =>
        `${nameOf('time')} is ${time}; with ${nameOf('randomTime')} it must be at least ${SHORTEST_BLOCK}. ` +
        `Use a larger ${nameOf('time')}, or leave ${nameOf('randomTime')} out.`,
    );
  }
  // Separate from the random stream of the weights.
  return new RandomLengths(new Random(mix(seed)), time);
}
