import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { defaultRecipe, learningDefaults } from '../default-recipe.ts';
import type { Recipe } from '../recipe.ts';
import { defaultsOf } from '../settings/settings.ts';
import { candidateSizes, type ModelSize } from './candidate-sizes.ts';
import type { Candidate } from './choose.ts';

/** The settings without a preset, except for those that are chosen for the text: measured in docs/recipe-notes.md. */
export const automatic: Recipe = { ...defaultRecipe, ...defaultsOf('automatic') };
/** Minimum steps per epoch: a short text is read in fewer streams. */
const STEPS_PER_EPOCH = 50;

/** The candidate recipes for a text of `tokens` tokens, from small to large models; each has the given settings. */
export function automaticRecipes(
  asked: Partial<Recipe>,
  tokens: number,
  granularity: Tokenizer['granularity'],
): readonly Pick<Candidate, 'recipe' | 'neededEpochs' | 'fromTokens'>[] {
  return candidateSizes(granularity, tokens).map(({ fromTokens, neededEpochs, ...size }) => {
    const recipe = { ...automatic, ...learningFor(asked), ...size, ...asked };
    const batch = asked.batch ?? batchFor(tokens, recipe.time);
    return { recipe: { ...recipe, ...tyingFor(asked, size, granularity), batch }, neededEpochs, fromTokens };
  });
}

/** Defaults of the given optimizer and schedule; lrDecay or decayAfter without a schedule means `decay`. */
function learningFor(asked: Partial<Recipe>): Partial<Recipe> {
  const { schedule, lrDecay, decayAfter } = asked;
  const decays = schedule === undefined && (lrDecay ?? decayAfter) !== undefined;
  return { ...learningDefaults(asked), ...(decays && { schedule: 'decay' }) };
}

/**
 * Word models tie the embeddings by default. With one tied layer, the hidden size equals the embedding size, so giving
 * either sets both. Sampled softmax needs tied embeddings.
 */
function tyingFor(
  asked: Partial<Recipe>,
  size: Pick<ModelSize, 'layers'>,
  granularity: Tokenizer['granularity'],
): Partial<Recipe> {
  const { tied, hidden, wordvec, layers = size.layers, sampledSoftmax = null } = asked;
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
