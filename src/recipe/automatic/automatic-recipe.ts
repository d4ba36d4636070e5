import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { defaultRecipe, learningDefaults } from '../default-recipe.ts';
import type { Recipe } from '../recipe.ts';
import { defaultsOf } from '../settings/settings.ts';
import { candidateSizes, type ModelSize } from './candidate-sizes.ts';
import type { Candidate } from './choose.ts';

/** What suits most texts, beside the sizes: measured in docs/recipe-notes.md. */
export const automatic: Recipe = { ...defaultRecipe, ...defaultsOf('automatic') };
/** An epoch needs this many steps to learn from: a short text is read in fewer streams. */
const STEPS_PER_EPOCH = 50;

/** The candidate recipes for a text of `tokens` tokens, from narrow to wide; each has the given settings. */
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

/** Another optimizer has another rate; a factor or a number of epochs means the schedule that knows it. */
function learningFor(asked: Partial<Recipe>): Partial<Recipe> {
  const { schedule, lrDecay, decayAfter } = asked;
  const decays = schedule === undefined && (lrDecay ?? decayAfter) !== undefined;
  return { ...learningDefaults(asked), ...(decays && { schedule: 'decay' }) };
}

/**
 * Word models have tied embeddings unless asked otherwise. A single tied layer is as wide as the embedding, so that
 * asking for one of both sizes gives both. Sampled softmax needs tied embeddings.
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
