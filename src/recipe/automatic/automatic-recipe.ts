import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { defaultRecipe, learningDefaults, type Recipe } from '../recipe.ts';
import { candidateSizes, type ModelSize } from './candidate-sizes.ts';
import type { Candidate } from './choose.ts';

/** What suits most texts, beside the width: measured in docs/recipes.md. */
export const automatic: Recipe & { readonly initScale: number; readonly sampledSoftmax: number } = {
  ...defaultRecipe,
  cell: 'lstm',
  initScale: 0.1,
  sampledSoftmax: 1500,
  batch: 20,
  time: 35,
  optimizer: 'sgd',
  lr: 30,
  schedule: 'cosine',
  clip: 0.25,
};
/** An epoch of fewer steps is too few of them to learn by: a short text is read in fewer streams. */
const STEPS_PER_EPOCH = 50;

/** The recipes that suit a text of so many tokens, from narrow to wide; what is asked for stands in each. */
export function automaticRecipes(
  asked: Partial<Recipe>,
  tokens: number,
  granularity: Tokenizer['granularity'],
): readonly Pick<Candidate, 'recipe' | 'passes'>[] {
  return candidateSizes(granularity, tokens).map(({ fromTokens: _, passes, ...rung }) => {
    const recipe = { ...automatic, ...learningFor(asked), ...rung, ...asked };
    const batch = asked.batch ?? batchFor(tokens, recipe.time);
    return { recipe: { ...recipe, ...tableFor(asked, rung, granularity), batch }, passes };
  });
}

/** Another optimizer has another rate; a factor or a number of epochs means the schedule that knows it. */
function learningFor(asked: Partial<Recipe>): Partial<Recipe> {
  const { schedule, lrDecay, decayAfter } = asked;
  const decays = schedule === undefined && (lrDecay ?? decayAfter) !== undefined;
  return { ...learningDefaults(asked), ...(decays && { schedule: 'decay' }) };
}

/**
 * One table of words for both ends, where there are words and nobody minds: a single layer then has the
 * width of the vectors, so that one of the two that is asked for says both. A sample is rows of that table.
 */
function tableFor(
  asked: Partial<Recipe>,
  rung: Pick<ModelSize, 'layers'>,
  granularity: Tokenizer['granularity'],
): Partial<Recipe> {
  const { tied, hidden, wordvec, layers = rung.layers, sampledSoftmax = null } = asked;
  const single = layers === 1;
  const unequal = single && hidden !== undefined && wordvec !== undefined && hidden !== wordvec;
  if (tied === false || (tied === undefined && (granularity !== 'word' || unequal))) {
    return { tied: false, sampledSoftmax };
  }
  const width = wordvec ?? hidden;
  return { tied: true, ...(single && !unequal && width !== undefined && { wordvec: width, hidden: width }) };
}

function batchFor(tokens: number, time: number): number {
  return Math.min(automatic.batch, Math.max(1, Math.floor(tokens / (STEPS_PER_EPOCH * time))));
}
