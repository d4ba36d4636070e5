import { configOf } from '../model-of-recipe.ts';
import type { Recipe } from '../recipe.ts';
import { prepare, type Texts, type TrainingData } from '../training-data.ts';
import { automaticRecipes } from './automatic-recipe.ts';
import { type Candidate, choose } from './choose.ts';
import { trialSpeed } from './trial.ts';

/** How long to train when nobody says. */
export const MINUTES = 2;

/** A recipe that may have gaps. */
export interface TrainRequest {
  /** Complete, but for what is `open`. */
  readonly recipe: Recipe;
  /** What stands fast in any case. */
  readonly asked: Partial<Recipe>;
  /** What is to be chosen: the model and its epochs, the epochs alone, or nothing. */
  readonly open: 'all' | 'epochs' | 'nothing';
  readonly minutes: number | undefined;
  readonly threads: number | undefined;
}

export interface ResolvedRecipe {
  readonly recipe: Recipe;
  readonly trainingData: TrainingData;
  /** Why the gaps are filled as they are. */
  readonly reasons: readonly string[];
}

/** Prepares the text and fills the gaps of the recipe for it. Throws UnrolledError. */
export async function resolveRecipe(wish: TrainRequest, texts: Texts): Promise<ResolvedRecipe> {
  const { recipe, asked, open, minutes = MINUTES, threads } = wish;
  const trainingData = prepare(texts, recipe);
  if (open === 'nothing') return { recipe, trainingData, reasons: [] };
  const tokens = trainingData.train.ids.length;
  const { granularity } = trainingData.tokenizer;
  const proposals = open === 'all' ? automaticRecipes(asked, tokens, granularity) : [{ recipe, passes: 1 }];
  // The text's own part of the recipe may differ from what was asked: a validation text stands ready.
  const { validFraction } = recipe;
  const candidates = proposals.map(({ recipe, passes }): Candidate => {
    const config = configOf(recipe, trainingData.vocabulary.size);
    return { recipe: { ...recipe, validFraction }, config, passes };
  });
  const epochs = open === 'all' ? (asked.epochs ?? null) : null;
  const different = new Set(candidates.map((candidate) => JSON.stringify(candidate.recipe)));
  if (epochs !== null && different.size === 1) {
    return { recipe: candidates[0].recipe, trainingData, reasons: [] };
  }
  const choice = await choose({ candidates, tokens, minutes, epochs }, (candidate) =>
    trialSpeed(candidate.recipe, candidate.config, threads),
  );
  const shorter = choice.recipe.maxTokens !== recipe.maxTokens;
  return {
    recipe: choice.recipe,
    trainingData: shorter ? prepare(texts, choice.recipe) : trainingData,
    reasons: [...choice.reasons, `the same without a choice: ${flagsOf(choice.recipe)}`],
  };
}

/** What was chosen, as flags. */
function flagsOf(recipe: Recipe): string {
  const { layers, wordvec, hidden, dropout, batch, epochs, maxTokens } = recipe;
  const sizes = `--layers ${layers} --wordvec ${wordvec} --hidden ${hidden}`;
  const length = maxTokens === null ? '' : ` --max-tokens ${maxTokens}`;
  return `${sizes} --dropout ${dropout ?? 0} --batch ${batch} --epochs ${epochs}${length}`;
}
