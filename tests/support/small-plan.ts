import { openBackend } from '../../src/backends/open.ts';
import { defaultRecipe } from '../../src/recipe/default-recipe.ts';
import { type Plan, type PlanOptions, planTraining } from '../../src/recipe/plan.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import type { SourceText, Texts } from '../../src/recipe/text/training-data.ts';
import { pseudoText } from './pseudo-text.ts';

/** 400 tokens, so few that an epoch takes milliseconds on the reference. */
export const smallText: SourceText = sourceText('small.txt', pseudoText(1, 400, 12));

export function sourceText(name: string, text: string): SourceText {
  return { name, text, sha256: `digest of ${name}`, bytes: text.length };
}

/** Dropout, Adam and an average: all that remembers something from step to step. */
export const smallRecipe: Recipe = {
  ...defaultRecipe,
  ...{ hidden: 6, wordvec: 5, batch: 4, time: 5, epochs: 3, dropout: 0.2 },
  ...{ optimizer: 'adam', lr: 0.01, schedule: 'cosine', average: 'ema', backend: 'reference' },
};

/** A run of `smallRecipe` with these changes, on the reference. */
export function planSmall(
  changes: Partial<Recipe> = {},
  options: Partial<PlanOptions> & { readonly texts?: Partial<Texts> } = {},
): Promise<Plan> {
  const { texts, ...others } = options;
  return planTraining(
    { recipe: { ...smallRecipe, ...changes }, asked: changes, open: 'nothing' },
    { train: [smallText], valid: null, test: null, ...texts },
    { out: 'm.safetensors', openBackend, ...others },
  );
}
