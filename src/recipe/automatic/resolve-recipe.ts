import type { Backend } from '../../backends/backend.ts';
import type { BackendName } from '../../backends/names.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { configOf } from '../model-of-recipe.ts';
import type { Recipe, TextSettings } from '../recipe.ts';
import { textSettings } from '../settings/text-settings.ts';
import { type Preparing, prepareTexts, sampleOf } from '../text/prepare-texts.ts';
import { type AnyTexts, checkBlock, type TrainingData } from '../text/training-data.ts';
import { automaticRecipes } from './automatic-recipe.ts';
import { checkSizes, fitsInMemory } from './check-sizes.ts';
import { type Candidate, choose, type SpeedOf } from './choose.ts';
import { chooseBySteps } from './choose-by-steps.ts';
import { chooseTokens, fewerPiecesReason } from './choose-tokens.ts';
import type { Reason } from './reasons.ts';
import type { TrainRequest } from './train-request.ts';
import { trialSpeed } from './trial.ts';

/** How long training may take by default. */
export const MINUTES = 2;

/** Opens a backend by the name that a recipe has, as `openBackend` does. */
export type OpenBackend = (name: BackendName) => Promise<Backend>;

export interface ResolvedRecipe {
  readonly recipe: Recipe;
  readonly trainingData: TrainingData;
  /** Why the gaps are filled as they are. */
  readonly reasons: readonly Reason[];
}

/**
 * Prepares the text and fills the gaps of the recipe for it. Throws UnrolledError.
 * @param known what to encode with. Default: tokenizer and vocabulary of the training text
 */
export async function resolveRecipe(
  { recipe: given, asked, open, minutes = MINUTES }: TrainRequest,
  texts: AnyTexts,
  speedOf: SpeedOf,
  known?: Partial<TextCodec>,
  preparing?: Preparing,
): Promise<ResolvedRecipe> {
  const { recipe, reasons: ofTokens } = chooseTokens({ recipe: given, asked }, texts, {
    known: known?.tokenizer,
    sample: given.tokens === 'auto' ? await sampleOf(texts) : null,
  });
  const trainingData = await prepareTexts(texts, recipe, known, preparing);
  const codec = { ...known, ...learntIn(trainingData) };
  const before = [...ofTokens, ...fewerPiecesReason(recipe, trainingData)];
  if (open === 'nothing') {
    await checkFit(recipe, asked, trainingData);
    return { recipe, trainingData, reasons: before };
  }
  const tokens = trainingData.train.tokens.length;
  const candidates = await candidatesOf({ recipe, asked, open }, trainingData);
  const epochs = open === 'all' ? (asked.epochs ?? null) : null;
  const different = new Set(candidates.map((candidate) => JSON.stringify(candidate.recipe)));
  const { maxSteps } = asked;
  if ((epochs ?? maxSteps) != null && different.size === 1) {
    return { recipe: candidates[0].recipe, trainingData, reasons: before };
  }
  if (maxSteps !== undefined) {
    const { recipe, reasons } = chooseBySteps({ candidates, steps: maxSteps });
    return { recipe, trainingData, reasons: [...before, ...reasons] };
  }
  const choice = await choose({ candidates, tokens, minutes, epochs }, speedOf);
  const shorter = choice.recipe.maxTokens !== recipe.maxTokens;
  return {
    recipe: choice.recipe,
    trainingData: shorter ? await prepareTexts(texts, choice.recipe, codec, preparing) : trainingData,
    reasons: [...before, ...choice.reasons],
  };
}

/** What is learnt from the text once, though less of the text may be read. */
function learntIn({ tokenizer }: TrainingData): Partial<TextCodec> {
  return tokenizer.fixedVocabulary() ? { tokenizer } : {};
}

/** Throws OptionError unless text and machine suffice for a recipe. */
async function checkFit(recipe: Recipe, asked: Partial<Recipe>, trainingData: TrainingData): Promise<void> {
  checkBlock(trainingData, recipe);
  await checkSizes(recipe, asked, trainingData);
}

/** The recipes to choose from, up to the widest that fits into the memory. */
async function candidatesOf(
  { recipe: base, asked, open }: Pick<TrainRequest, 'recipe' | 'asked' | 'open'>,
  data: TrainingData,
): Promise<readonly Candidate[]> {
  const { train, tokenizer, vocabulary } = data;
  const proposals =
    open === 'all'
      ? automaticRecipes(asked, train.tokens.length, tokenizer.granularity)
      : [{ recipe: base, neededEpochs: 1, fromTokens: 0 }];
  const candidates: Candidate[] = [];
  for (const { recipe, ...needs } of proposals) {
    if (candidates.length === 0) await checkFit(recipe, asked, data);
    else if (!(await fitsInMemory(recipe, data))) break;
    const config = configOf(recipe, vocabulary.size);
    candidates.push({ recipe: { ...recipe, ...readingOf(base) }, config, ...needs });
  }
  return candidates;
}

/** How the texts are read is known by then. */
function readingOf(recipe: Recipe): Partial<Recipe> {
  const names = Object.keys(textSettings) as (keyof TextSettings)[];
  return Object.fromEntries(names.flatMap((name) => (name in recipe ? [[name, recipe[name]]] : [])));
}

/** Measures the speed on backends that it opens for this alone. */
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
