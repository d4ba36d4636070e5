import type { Backend } from '../../backends/backend.ts';
import { StreamBatches } from '../../data/stream-batches.ts';
import type { Vocabulary } from '../../data/vocabulary.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { checkConfig, hasForgetGate, hasRecurrentWeight, type RecurrentConfig } from '../../models/config.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { type InitOptions, RecurrentLM } from '../../models/recurrent-lm.ts';
import type { Regularisation } from '../../models/regularisation.ts';
import { checkWeights, writeWeights } from '../../models/weights.ts';
import { Random } from '../../tensor/random.ts';
import type { WeightAverage } from '../../training/averages/weight-average.ts';
import { countNgrams, type NgramCounts } from '../../training/ngram.ts';
import { countsToArrays } from '../../training/ngram-arrays.ts';
import type { Optimizer } from '../../training/optimizers/optimizer.ts';
import { planBytes } from '../../training/plan-bytes.ts';
import type { Schedule } from '../../training/schedules/schedule.ts';
import { readBytes } from '../files/read.ts';
import { openFastBackend } from '../machine/fast-backend.ts';
import type { Recipe } from '../recipe.ts';
import type { StartEvent } from './events.ts';
import { averageOf, optimizerOf, scheduleOf } from './learning.ts';
import { type Material, prepare, type Texts } from './material.ts';
import { checkSameTexts, type Resumed } from './resume.ts';

/** All that a run needs, checked: the model, the feed, and what the model file says beside the weights. */
export interface Plan extends Omit<SavedModel, 'results'> {
  readonly recipe: Recipe;
  readonly material: Material;
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
}

export interface PlanOptions {
  /** The model file to write. */
  readonly out: string;
  /** A file of weights to start from. */
  readonly init: string | undefined;
  readonly resumed: Resumed | null;
  readonly threads: number | undefined;
}

/** Throws UnrolledError when `init` or `resumed` doesn't fit the text or the recipe. */
export async function makePlan(
  recipe: Recipe,
  texts: Texts,
  { out, init, resumed, threads }: PlanOptions,
): Promise<Plan> {
  const material = prepare(texts, recipe);
  if (resumed) checkSameTexts(resumed, material);
  const { tokenizer, vocabulary, info, train } = material;
  const { batch: N, time: T, streams: end } = recipe;
  const batches = new StreamBatches(train.ids, { N, T, end });
  const schedule = scheduleOf(recipe, batches.stepsPerEpoch);
  const counts = countNgrams(train.ids, vocabulary.size);
  const extras = countsToArrays(counts);
  const config = configOf(recipe, vocabulary);
  const weights = resumed?.weights ?? (init === undefined ? null : readStart(init, config, vocabulary));
  const backend = await openFastBackend(recipe.backend, threads);
  const plannedBytes = await planMemory(backend, config, recipe, material);
  const model = new RecurrentLM(backend, config, new Random(recipe.seed), {
    ...initOf(recipe),
    ...regularisationOf(recipe),
  });
  if (weights) writeWeights(model, weights);
  const saved = { model, tokenizer, vocabulary, corpus: info, extras };
  const learning = {
    optimizer: optimizerOf(recipe, backend),
    schedule,
    average: recipe.average && averageOf(recipe.average, backend),
  };
  return { ...saved, ...learning, recipe, material, batches, counts, out, plannedBytes, resumed };
}

export function startEvent(plan: Plan): StartEvent {
  const { recipe, material, batches, model, out, plannedBytes, resumed } = plan;
  const { info, train, valid, test } = material;
  const unknownRate = (part: typeof valid) => part && part.unknownCount / part.ids.length;
  return {
    event: 'start',
    recipe,
    corpus: info,
    config: model.config,
    parameters: model.parameterCount,
    backend: model.backend.description,
    plannedBytes,
    trainTokens: train.ids.length,
    validUnknownRate: unknownRate(valid),
    testUnknownRate: unknownRate(test),
    stepsPerEpoch: batches.stepsPerEpoch,
    resumed: resumed && { file: resumed.file, epoch: resumed.state.epoch, step: resumed.state.step },
    out,
  };
}

/** @throws when parts of the recipe don't go together */
function configOf(recipe: Recipe, vocabulary: Vocabulary): RecurrentConfig {
  const { cell, wordvec, hidden, layers, resetAfter, tied } = recipe;
  const sizes = { vocabSize: vocabulary.size, wordvecSize: wordvec, hiddenSize: hidden, layers };
  return checkConfig({ cell, ...sizes, ...(resetAfter && { resetAfter }), ...(tied && { tied }) }, 'train');
}

function initOf({ cell, forgetBias, initScale }: Recipe): InitOptions {
  const scale = initScale === undefined ? {} : { scale: initScale };
  if (forgetBias === undefined) return scale;
  if (hasForgetGate(cell)) return { ...scale, forgetBias };
  throw new UnrolledError(
    `--forget-bias: got ${forgetBias} with --cell ${cell}; only lstm, mingru and minlstm have a forget gate. ` +
      'Leave it out, or take lstm.',
  );
}

function regularisationOf(recipe: Recipe): Regularisation {
  const { dropout = 0, lockedDropout = false, wordDropout = 0, weightDrop = 0, ar = 0, tar = 0 } = recipe;
  if (weightDrop !== 0 && !hasRecurrentWeight(recipe.cell)) {
    throw new UnrolledError(
      `--weight-drop: got ${weightDrop} with --cell ${recipe.cell}, which has no recurrent weights to drop. ` +
        'Leave it out, or take --dropout.',
    );
  }
  return { dropout, locked: lockedDropout, wordDropout, weightDrop, ar, tar, maskSeed: recipe.seed };
}

/** The weights of a file to start from, checked. */
function readStart(
  init: string,
  config: RecurrentConfig,
  vocabulary: Vocabulary,
): ReadonlyMap<string, NamedArray> {
  const { tensors, metadata } = readSafetensors(readBytes(init), init);
  checkVocabulary(metadata.get('vocabulary'), vocabulary, init);
  checkWeights(config, tensors, init);
  return tensors;
}

/** Reserves all the memory of the run, which then grows no more. Returns its bytes. */
async function planMemory(
  backend: Backend,
  config: RecurrentConfig,
  recipe: Recipe,
  { valid, test }: Material,
): Promise<number> {
  const texts = [valid, test].flatMap((part) => (part ? [part.ids.length] : []));
  const { batch: N, time: T, clip, average } = recipe;
  const bytes = await planBytes(backend, config, {
    N,
    T,
    texts,
    regularisation: regularisationOf(recipe),
    optimizer: (on) => optimizerOf(recipe, on),
    ...(clip !== null && { clip }),
    ...(average !== null && { average: (on) => averageOf(average, on) }),
  });
  backend.arena.reserve(bytes);
  return bytes;
}

/** Weights mean something only with the ids that they were trained with. */
function checkVocabulary(json: string | undefined, vocabulary: Vocabulary, init: string): void {
  const ours = JSON.stringify(vocabulary);
  if (json === undefined || json === ours) return;
  throw new UnrolledError(
    `${init}: its vocabulary is not that of the training text (${vocabulary.size} tokens); its weights need the ` +
      'same. Use the text, --tokens, --vocab-size and --max-tokens that it was trained with.',
  );
}
