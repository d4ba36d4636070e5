import type { TextCodec } from '../../data/text-codec.ts';
import { OptionError, type UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { withoutPrefix } from '../../formats/prefix.ts';
import type { RecurrentConfig } from '../../models/config.ts';
import { type Json, loadModelFile, type ModelFileOptions } from '../../models/model-file.ts';
import { checkWeights } from '../../models/weights.ts';
import { damagedCheckpoint, unpackState } from '../../training/state/packed-state.ts';
import type { TrainingState } from '../../training/state/training-state.ts';
import { configOf } from '../model-of-recipe.ts';
import { readRecipe } from '../read-recipe.ts';
import type { Recipe } from '../recipe.ts';
import type { Store } from '../store.ts';
import type { CorpusInfo } from '../text/training-data.ts';
import type { WeightsSnapshot } from './best-weights.ts';
import type { BudgetState } from './time-budget.ts';
import { type RunRecord, readRunRecord } from './unfinished/run-record.ts';

/** A checkpoint that a run resumes from. */
export interface Resumed extends TextCodec {
  /** The checkpoint's name. */
  readonly file: string;
  /** The recipe of the run. */
  readonly recipe: Recipe;
  /** The text files of the run. */
  readonly corpus: CorpusInfo;
  /** The weights, by name. */
  readonly weights: ReadonlyMap<string, NamedArray>;
  /** The training state. */
  readonly state: TrainingState;
  /** The best weights so far; null before the first evaluation. */
  readonly best: WeightsSnapshot | null;
  /** The backend that computed it, from `arithmeticOf`. Null in older checkpoints. */
  readonly arithmetic: string | null;
  /** The time budget of the run; null without one, and in older checkpoints. */
  readonly budget: BudgetState | null;
  /** The run that wrote it; null in older checkpoints. */
  readonly run: RunRecord | null;
  /** Errors of newer checkpoints that were skipped because they are damaged. */
  readonly damaged: readonly UnrolledError[];
}

/**
 * Reads a checkpoint.
 * @throws {UnrolledError} `file-missing`, `file-damaged` or `file-version` when the file can't be read, `file-foreign` when it is not
 * a checkpoint
 */
export async function readCheckpoint(
  store: Store,
  file: string,
  options: ModelFileOptions = {},
): Promise<Resumed> {
  const bytes = await store.read(file);
  const parsed = await loadModelFile(bytes, file, options);
  const { recipe, corpus, training, config, tokenizer, vocabulary, tensors } = parsed;
  if (training === undefined) throw finishedModel(file);
  const { state: json, best, arithmetic = null, budget = null, run } = Object(training);
  const state = unpackState({ json, arrays: withoutPrefix('training.', tensors) }, file);
  if (state.anchor) checkWeights(config, state.anchor.weights, `${file}, anchor`);
  return {
    file,
    recipe: recipeOf(recipe, config, file),
    corpus: readCorpus(corpus, file),
    tokenizer,
    vocabulary,
    weights: tensors,
    state,
    best: readBest(best, state, config, withoutPrefix('best.', tensors), file),
    arithmetic: typeof arithmetic === 'string' ? arithmetic : null,
    budget: budget && readBudget(budget, file),
    run: readRunRecord(run),
    damaged: [],
  };
}

function finishedModel(file: string): UnrolledError {
  return new OptionError(
    'file-foreign',
    (nameOf) =>
      `this is a finished model, not a checkpoint; ${nameOf('resume')} needs a file named ` +
      `…checkpoint-STEP.safetensors. To start from this model's weights, use ${nameOf('init')}.`,
    file,
  );
}

/** The checkpoint's recipe. Throws when it doesn't match the model's config. */
function recipeOf(json: Json, config: RecurrentConfig, file: string): Recipe {
  const recipe = readRecipe(json, file);
  const entries = Object.entries(configOf(recipe, config.vocabSize));
  const own: Readonly<Record<string, unknown>> = { ...config };
  // Options that are off may be missing.
  if (entries.every(([name, value]) => (value || null) === (own[name] || null))) return recipe;
  throw damagedCheckpoint(file, 'recipe');
}

function readCorpus(json: Json, file: string): CorpusInfo {
  const { files, valid } = Object(json);
  if (Array.isArray(files) && [...files, valid ?? {}].every((one) => typeof one === 'object' && one)) {
    return json as unknown as CorpusInfo;
  }
  throw damagedCheckpoint(file, 'corpus');
}

function readBudget(json: unknown, file: string): BudgetState {
  const { minutes, seconds, evaluation, step, checked, evaluated } = Object(json);
  const numbers = [minutes, seconds, evaluation ?? 0, step, checked?.seconds, checked?.step, evaluated];
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0))
    throw damagedCheckpoint(file, 'budget');
  return { minutes, seconds, evaluation, step, checked, evaluated };
}

/** The best weights; null before the first evaluation. */
function readBest(
  json: unknown,
  { bestEpoch }: TrainingState,
  config: RecurrentConfig,
  weights: WeightsSnapshot['weights'],
  file: string,
): WeightsSnapshot | null {
  if (json === null && bestEpoch === 0) return null;
  const { epoch, step, trainPerplexity, validPerplexity } = Object(json);
  const isPerplexity = (value: unknown) => value === null || typeof value === 'number';
  if (![epoch, step].every(Number.isSafeInteger) || ![trainPerplexity, validPerplexity].every(isPerplexity)) {
    throw damagedCheckpoint(file, 'best');
  }
  checkWeights(config, weights, `${file}, best`);
  return { progress: { epoch, step, trainPerplexity, validPerplexity }, weights };
}
