import type { Backend } from '../backends/backend.ts';
import { openFastBackend } from '../cli/machine/fast-backend.ts';
import { StreamBatches } from '../data/stream-batches.ts';
import { UnrolledError } from '../errors.ts';
import type { RecurrentConfig } from '../models/config.ts';
import type { ModelContents } from '../models/model-file.ts';
import { RecurrentLM } from '../models/recurrent-lm.ts';
import { writeWeights } from '../models/weights.ts';
import { mix } from '../tensor/mask.ts';
import { Random } from '../tensor/random.ts';
import type { WeightAverage } from '../training/averages/weight-average.ts';
import { countNgrams, type NgramCounts } from '../training/ngram/ngram.ts';
import { countsToArrays } from '../training/ngram/ngram-arrays.ts';
import type { Optimizer } from '../training/optimizers/optimizer.ts';
import { planBytes } from '../training/plan-bytes.ts';
import { RandomLengths, SHORTEST_BLOCK } from '../training/random-lengths.ts';
import type { Schedule } from '../training/schedules/schedule.ts';
import { checkTraining } from '../training/train.ts';
import { averageOf, optimizerOf, scheduleOf } from './learning.ts';
import { configOf, initOf, trainingOf } from './model-of-recipe.ts';
import type { Recipe } from './recipe.ts';
import type { StartEvent } from './run/events.ts';
import type { Resumed } from './run/read-checkpoint.ts';
import { checkSameTexts } from './run/resume.ts';
import { type Start, startWeights } from './run/start-weights.ts';
import { checkBlock, type TrainingData } from './training-data.ts';

/** All that a run needs, checked: the model, the feed, and what the model file says beside the weights. */
export interface Plan extends Omit<ModelContents, 'results'> {
  readonly recipe: Recipe;
  readonly trainingData: TrainingData;
  readonly batches: StreamBatches;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly average: WeightAverage | null;
  /** Of the training text. */
  readonly counts: NgramCounts;
  /** The model file to write. */
  readonly out: string;
  /** Of the backend's memory, for all of the run. */
  readonly plannedBytes: number;
  /** The checkpoint that the run goes on from. */
  readonly resumed: Resumed | null;
  readonly reasons: readonly string[];
}

export interface PlanOptions {
  /** The model file to write. */
  readonly out: string;
  /** A file of weights to start from. */
  readonly start: Start | null;
  readonly resumed: Resumed | null;
  readonly threads: number | undefined;
  /** Why the recipe is as it is, where nobody said so. */
  readonly reasons: readonly string[];
}

/** Throws UnrolledError when `start` or `resumed` doesn't fit the text or the recipe. */
export async function makePlan(
  recipe: Recipe,
  trainingData: TrainingData,
  { out, start, resumed, threads, reasons }: PlanOptions,
): Promise<Plan> {
  checkBlock(trainingData, recipe);
  if (resumed) checkSameTexts(resumed, trainingData);
  const { tokenizer, vocabulary, info, train } = trainingData;
  const { batch: N, time: T, streams: end } = recipe;
  const lengths = lengthsOf(recipe);
  const batches = new StreamBatches(train.ids, { N, T, end, ...(lengths && { lengths }) });
  const schedule = scheduleOf(recipe, batches.stepsPerEpoch);
  const counts = countNgrams(train.ids, vocabulary.size);
  const extras = countsToArrays(counts);
  const config = configOf(recipe, vocabulary.size);
  const weights = resumed?.weights ?? (start && startWeights(start, config, vocabulary));
  const backend = await openFastBackend(recipe.backend, threads);
  const longest = Math.min(lengths?.longest ?? T, batches.stepsPerEpoch * T);
  const plannedBytes = await planMemory(backend, config, { ...recipe, time: longest }, trainingData);
  const model = new RecurrentLM(backend, config, new Random(recipe.seed), {
    ...initOf(recipe),
    ...trainingOf(recipe, counts.unigrams),
  });
  if (weights) writeWeights(model, weights);
  const saved = { model, tokenizer, vocabulary, corpus: info, extras };
  const learning = {
    optimizer: optimizerOf(recipe, backend),
    schedule,
    average: recipe.average && averageOf(recipe.average, backend),
  };
  checkTraining({ ...recipe, ...learning, valid: trainingData.valid });
  return {
    ...saved,
    ...learning,
    recipe,
    trainingData,
    batches,
    counts,
    out,
    plannedBytes,
    resumed,
    reasons,
  };
}

export function startEvent(plan: Plan): StartEvent {
  const { recipe, trainingData, batches, model, out, plannedBytes, resumed, reasons } = plan;
  const { info, train, valid, test } = trainingData;
  const unknownRate = (part: typeof valid) => part && part.unknownCount / part.ids.length;
  return {
    event: 'start',
    recipe,
    chosen: reasons,
    corpus: info,
    config: model.config,
    parameters: model.parameterCount,
    backend: model.backend.description,
    plannedBytes,
    trainTokens: train.ids.length,
    validUnknownRate: unknownRate(valid),
    testUnknownRate: unknownRate(test),
    stepsPerEpoch: batches.stepsPerEpoch,
    resumed: resumed && {
      file: resumed.file,
      epoch: resumed.state.epoch,
      step: resumed.state.step,
      share: resumed.state.meter.time / (batches.stepsPerEpoch * batches.T),
    },
    out,
  };
}

/** Null for blocks that have all the same length. Throws UnrolledError when T is too short to vary. */
export function lengthsOf({ randomTime, time, seed }: Recipe): RandomLengths | null {
  if (!randomTime) return null;
  if (time < SHORTEST_BLOCK) {
    throw new UnrolledError(
      'option-value',
      `--random-time: --time is ${time}; blocks of random length have ${SHORTEST_BLOCK} steps at least. ` +
        'Use a larger --time, or leave --random-time out.',
    );
  }
  // Not the seed itself, which draws the weights.
  return new RandomLengths(new Random(mix(seed)), time);
}

/** Reserves all the memory of the run, which then grows no more. Returns its bytes. */
async function planMemory(
  backend: Backend,
  config: RecurrentConfig,
  recipe: Recipe,
  { valid, test }: TrainingData,
): Promise<number> {
  const texts = [valid, test].flatMap((part) => (part ? [part.ids.length] : []));
  const { batch: N, time: T, clip, average } = recipe;
  const bytes = await planBytes(backend, config, {
    N,
    T,
    texts,
    model: trainingOf(recipe),
    optimizer: (on) => optimizerOf(recipe, on),
    ...(clip !== null && { clip }),
    ...(average !== null && { average: (on) => averageOf(average, on) }),
  });
  backend.arena.reserve(bytes);
  return bytes;
}
