import type { Backend } from '../backends/backend.ts';
import type { Batches } from '../data/batches/batches.ts';
import { Corpus } from '../data/corpus.ts';
import { ItemDigests } from '../data/items/digests.ts';
import type { OnProgress } from '../data/token-progress.ts';
import type { Tokenizer } from '../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../errors.ts';
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
import type { Schedule } from '../training/schedules/schedule.ts';
import { checkTraining } from '../training/train.ts';
import { trainingBytes } from './automatic/check-sizes.ts';
import type { SpeedOf } from './automatic/choose.ts';
import type { Reason } from './automatic/reasons.ts';
import { type OpenBackend, resolveRecipe, speedOn } from './automatic/resolve-recipe.ts';
import { checkSkipBad, type TrainRequest } from './automatic/train-request.ts';
import { averageOf, optimizerOf, scheduleOf } from './learning.ts';
import { configOf, initOf, trainingOf } from './model-of-recipe.ts';
import { OptionError } from './option-error.ts';
import { checkRecipe } from './read-recipe.ts';
import type { Recipe } from './recipe.ts';
import type { Resumed } from './run/read-checkpoint.ts';
import { checkSameTexts, resumedRecipe } from './run/resume.ts';
import { type Start, startItems, startRecipe, startWeights } from './run/start-weights.ts';
import { checkOutput } from './run/unfinished/claim.ts';
import { type RequestIdentity, requestIdentity } from './run/unfinished/request.ts';
import { checkStore, type Store } from './store.ts';
import { digestsToArrays } from './text/item-digests.ts';
import { knownCodec } from './text/known-codec.ts';
import { boundedValid, isAnyStreamed } from './text/prepare-texts.ts';
import type { Streaming } from './text/streamed/prepare-streamed.ts';
import { trainingBatches } from './text/training-batches.ts';
import { type AnyTexts, checkBlock, type TrainingData } from './text/training-data.ts';

/** All that a run needs, checked: the model, the feed, and what the model file says beside the weights. */
export interface Plan extends Omit<ModelContents, 'results'> {
  readonly recipe: Recipe;
  readonly trainingData: TrainingData;
  readonly batches: Batches;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly average: WeightAverage | null;
  /** Of the training text. */
  readonly counts: NgramCounts;
  /** The name of the model file. */
  readonly out: string;
  /** Of the backend's memory, for all of the run. */
  readonly plannedBytes: number;
  /** The checkpoint that the run resumes from. */
  readonly resumed: Resumed | null;
  /** What the run was asked for. */
  readonly asked: RequestIdentity;
  /** Why the recipe is as it is where it was chosen. */
  readonly reasons: readonly Reason[];
}

export interface PlanOptions {
  /** The name of the model file in the run's store. */
  readonly out: string;
  readonly openBackend: OpenBackend;
  /** Weights to start from; the model has their sizes. */
  readonly start?: Start | null;
  /** The tokenizer to encode with. Default: that of the recipe, fitted to the training text. */
  readonly tokenizer?: Tokenizer;
  /** The vocabulary to encode with. Default: that of the training text. */
  readonly vocabulary?: Vocabulary;
  /** Receives how much of a long text is counted, then how much is encoded: from 0 to 1. Default: none. */
  readonly onShare?: OnProgress;
  /** Where the tokens of streamed texts are kept, and how they are read. Needed for such texts. */
  readonly streaming?: Streaming;
  /** A checkpoint to resume from; the run keeps its recipe. */
  readonly resumed?: Resumed | null;
  /** The run's store, so that a run that may not begin is refused before any work. Default: it is refused when it begins. */
  readonly store?: Store;
  /** Whether the unfinished work of other requests beside the model file may be replaced. Default false. */
  readonly overwrite?: boolean | undefined;
  /** Measures candidates. Default: a trial of a second on a backend of its own. */
  readonly speedOf?: SpeedOf;
}

/**
 * Chooses what a request leaves open, and prepares the run. The backend that it opens belongs to the plan's model.
 * @throws UnrolledError when texts and settings don't fit together, or don't fit `start` or `resumed`
 */
export async function planTraining(
  request: TrainRequest,
  texts: AnyTexts,
  options: PlanOptions,
): Promise<Plan> {
  checkGiven(request, texts, options);
  const { start = null, resumed = null, openBackend, speedOf = speedOn(openBackend) } = options;
  checkRecipe(request.recipe);
  checkRecipe(request.asked);
  if (request.minutes !== undefined) checkPositive('recipe', { minutes: request.minutes }, 2);
  const wanted = requestIdentity(request, texts, options);
  await checkOutput(options, wanted, resumed);
  const base = resumed
    ? resumedRecipe(resumed, request.asked)
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
  const asked = { ...(start && startRecipe(start)), ...request.asked };
  lengthsOf({ ...recipe, ...asked }); // throws before a trial takes its time
  const open = resumed ? 'nothing' : request.open;
  const resolved = await resolveRecipe({ ...request, recipe, asked, open }, texts, speedOf, known, options);
  return { ...(await makePlan({ ...resolved, asked: request.asked }, options)), asked: wanted };
}

/** Throws for parts of another kind. */
function checkGiven(request: TrainRequest, texts: AnyTexts, options: PlanOptions): void {
  const where = 'planTraining';
  checkObject(where, 'the options', options, 'Give { out, openBackend }.');
  if (!request?.recipe || !request.asked) {
    throw wrongKind(where, 'the request', request, 'a TrainRequest', 'Give trainRequest(settings).');
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
      'Give { train: [await sourceText(text)], valid, test }.',
    );
  }
  checkFunction(where, 'openBackend', options.openBackend, 'Give openBackend.');
  if (options.store !== undefined) checkStore(where, options.store);
}

interface Resolved {
  readonly asked: Partial<Recipe>;
  readonly recipe: Recipe;
  readonly trainingData: TrainingData;
  readonly reasons: readonly Reason[];
}

async function makePlan(
  { recipe: wanted, trainingData, reasons, asked }: Resolved,
  { out, start = null, resumed = null, openBackend }: PlanOptions,
): Promise<Omit<Plan, 'asked'>> {
  checkBlock(trainingData, wanted);
  if (resumed) checkSameTexts(resumed, trainingData);
  const { vocabulary, train } = trainingData;
  const config = configOf(wanted, vocabulary.size);
  const weights = resumed?.weights ?? (start && startWeights(start, config, trainingData));
  const lengths = lengthsOf(wanted);
  const batches = trainingBatches(train, wanted, lengths);
  const recipe = withEpochs(wanted, batches.stepsPerEpoch);
  const schedule = scheduleOf(recipe, batches.stepsPerEpoch);
  const backend = await openFor(recipe, asked, resumed, openBackend);
  try {
    const longest = Math.min(lengths?.longest ?? batches.T, batches.stepsPerEpoch * batches.T);
    const plannedBytes = await trainingBytes(backend, config, { ...recipe, time: longest }, trainingData);
    backend.arena.reserve(plannedBytes); // the memory then grows no more
    const { counts, ...saved } = build(backend, config, recipe, trainingData);
    if (weights) writeWeights(saved.model, weights);
    const optimizer = optimizerOf(recipe, backend);
    const average = recipe.average && averageOf(recipe.average, backend);
    checkTraining({ ...recipe, schedule, average, valid: trainingData.valid });
    const learning = { batches, optimizer, schedule, average };
    return { ...saved, ...learning, recipe, trainingData, counts, out, plannedBytes, resumed, reasons };
  } catch (error) {
    backend.close();
    throw error;
  }
}

/** With as many epochs as its steps begin, where it has a number of steps. */
function withEpochs(recipe: Recipe, stepsPerEpoch: number): Recipe {
  const { maxSteps } = recipe;
  return maxSteps === undefined ? recipe : { ...recipe, epochs: Math.ceil(maxSteps / stepsPerEpoch) };
}

/** A resumed run continues on the backend that is there, unless it asks for another one: `resumeWarnings` says which. */
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

/** The model before training, and what its file says beside the weights. */
function build(
  backend: Backend,
  config: RecurrentConfig,
  recipe: Recipe,
  { train, tokenizer, vocabulary, info }: TrainingData,
) {
  const V = vocabulary.size;
  const counts = train instanceof Corpus ? countNgrams(train.ids, V) : countNgramsOf(train.tokens, V);
  const { unknownIds } = vocabulary;
  const options = { ...initOf(recipe), ...trainingOf(recipe, counts.unigrams), unknownIds };
  const model = new RecurrentLM(backend, config, new Random(recipe.seed), options);
  const items = recipe.items ?? null;
  // What is not new: the items of the training text.
  const digests = items === null ? null : ItemDigests.of(train.tokens, vocabulary.endId);
  const extras = new Map([...countsToArrays(counts), ...digestsToArrays(digests)]);
  return { model, tokenizer, vocabulary, items, corpus: info, extras, counts };
}

/** Null for blocks that have all the same length. Throws UnrolledError when T is too short to vary. */
function lengthsOf({ randomTime, time, seed }: Recipe): RandomLengths | null {
  if (!randomTime) return null;
  if (time < SHORTEST_BLOCK) {
    throw new OptionError(
      'option-value',
      (nameOf) =>
        `${nameOf('time')} is ${time}; with ${nameOf('randomTime')} blocks have at least ${SHORTEST_BLOCK} steps. ` +
        `Use a larger ${nameOf('time')}, or leave ${nameOf('randomTime')} out.`,
    );
  }
  // Not the seed itself, which draws the weights.
  return new RandomLengths(new Random(mix(seed)), time);
}
