import type { Backend } from '../../backends/backend.ts';
import type { BackendName } from '../../backends/names.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { configOf } from '../model-of-recipe.ts';
import type { Recipe, TextSettings } from '../recipe.ts';
import { withoutZeroClip } from '../settings/settings.ts';
import { textSettings } from '../settings/text-settings.ts';
import { type Preparing, prepareTexts, sampleOf } from '../text/prepare-texts.ts';
import { type AnyTexts, checkBlock, type TrainingData } from '../text/training-data.ts';
import { automaticRecipes, checkRate } from './automatic-recipe.ts';
import { checkSizes, fitsInMemory } from './check-sizes.ts';
import { type Candidate, choose, type SpeedOf } from './choose.ts';
import { chooseBySteps } from './choose-by-steps.ts';
import { chooseTokens, fewerPiecesReason } from './choose-tokens.ts';
import { mostEpochs } from './most-epochs.ts';
import type { Reason } from './reasons.ts';
import type { TrainRequest } from './train-request.ts';
import { trialSpeed } from './trial.ts';

/** Default time budget for training, in minutes. */
export const MINUTES = 2;

/** Opens a backend by its name in the recipe; `openBackend` is one. */
export type OpenBackend = (name: BackendName) => Promise<Backend>;

/** A complete recipe and the data prepared for it. */
export interface ResolvedRecipe {
  /** The complete recipe. */
  readonly recipe: Recipe;
  /** The encoded texts. */
  readonly trainingData: TrainingData;
  /** The reasons for the automatic choices. */
  readonly reasons: readonly Reason[];
  /** The time budget that determined the length of training, in minutes; null if it was given or is that of a preset. */
  readonly minutes: number | null;
}

/**
 * Prepares the texts and chooses the settings that the request leaves open.
 * @param speedOf measures the training speed of a candidate
 * @param known tokenizer and vocabulary to encode with. Default: those learnt from the training text
 * @throws {UnrolledError} `text-short`, `text-empty`, `memory`, `option-value` or `option-conflict` when the texts or the
 * machine don't suit the settings
 */
export async function resolveRecipe(
  request: TrainRequest,
  texts: AnyTexts,
  speedOf: SpeedOf,
  known?: Partial<TextCodec>,
  preparing?: Preparing,
): Promise<ResolvedRecipe> {
  const { open, minutes = MINUTES } = request;
  const [given, asked] = [withoutZeroClip(request.recipe), withoutZeroClip(request.asked)];
  if (open === 'all') checkRate(asked);
  const { recipe, reasons: ofTokens } = chooseTokens({ recipe: given, asked }, texts, {
    known: known?.tokenizer,
    sample: given.tokens === 'auto' ? await sampleOf(texts) : null,
  });
  const trainingData = await prepareTexts(texts, recipe, known, preparing);
  const codec = { ...known, ...learntIn(trainingData) };
  const before = [...ofTokens, ...fewerPiecesReason(recipe, trainingData)];
  if (open === 'nothing') {
    await checkFit(recipe, asked, trainingData);
    return { recipe, trainingData, reasons: before, minutes: null };
  }
  const tokens = trainingData.train.tokens.length;
  const candidates = await candidatesOf({ recipe, asked, open }, trainingData);
  const epochs = open === 'all' ? (asked.epochs ?? null) : null;
  const different = new Set(candidates.map((candidate) => JSON.stringify(candidate.recipe)));
  const { maxSteps } = asked;
  if ((epochs ?? maxSteps) != null && different.size === 1) {
    return { recipe: candidates[0].recipe, trainingData, reasons: before, minutes: null };
  }
  if (maxSteps !== undefined) {
    const { recipe, reasons } = chooseBySteps({ candidates, steps: maxSteps });
    return { recipe, trainingData, reasons: [...before, ...reasons], minutes: null };
  }
  const most = mostEpochs(trainingData.tokenizer.granularity, tokens);
  const choice = await choose({ candidates, tokens, minutes, epochs, mostEpochs: most }, speedOf);
  const shorter = choice.recipe.maxTokens !== recipe.maxTokens;
  return {
    recipe: choice.recipe,
    trainingData: shorter ? await prepareTexts(texts, choice.recipe, codec, preparing) : trainingData,
    reasons: [...before, ...choice.reasons],
    minutes: epochs === null ? minutes : null,
  };
}

/** The tokenizer that was learnt from the text; it is kept when the text is shortened afterwards. */
function learntIn({ tokenizer }: TrainingData): Partial<TextCodec> {
  return tokenizer.fixedVocabulary() ? { tokenizer } : {};
}

/** Throws OptionError when the text is too short or the memory too small for a recipe. */
async function checkFit(recipe: Recipe, asked: Partial<Recipe>, trainingData: TrainingData): Promise<void> {
  checkBlock(trainingData, recipe);
  await checkSizes(recipe, asked, trainingData);
}

/** The candidates, up to the largest that fits in memory. */
async function candidatesOf(
  { recipe: base, asked, open }: Pick<TrainRequest, 'recipe' | 'asked' | 'open'>,
  data: TrainingData,
): Promise<readonly Candidate[]> {
  const { train, tokenizer, vocabulary } = data;
  const proposals =
    open === 'all'
      ? automaticRecipes(asked, train.tokens.length, tokenizer.granularity)
      : [{ recipe: base, neededTokens: 0 }];
  const candidates: Candidate[] = [];
  for (const { recipe, ...needs } of proposals) {
    if (candidates.length === 0) await checkFit(recipe, asked, data);
    else if (!(await fitsInMemory(recipe, data))) break;
    const config = configOf(recipe, vocabulary.size);
    candidates.push({ recipe: { ...recipe, ...readingOf(base) }, config, ...needs });
  }
  return candidates;
}

/** The text settings, which are resolved before the candidates. */
function readingOf(recipe: Recipe): Partial<Recipe> {
  const names = Object.keys(textSettings) as (keyof TextSettings)[];
  return Object.fromEntries(names.flatMap((name) => (name in recipe ? [[name, recipe[name]]] : [])));
}

/** Measures training speed on backends that are opened for it and then closed. */
export function speedOn(openBackend: OpenBackend): SpeedOf {
  return async (candidate) => {
    const backend = await openBackend(candidate.recipe.backend);
    try {
      return await trialSpeed(candidate, backend);
    } finally {
      backend.close();
    }
  };
}
