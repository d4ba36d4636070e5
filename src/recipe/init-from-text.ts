import { initOutputBias } from '../models/initial/output-bias.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { NgramCounts } from '../training/ngram/ngram.ts';
import type { Recipe } from './recipe.ts';

/** Replaces random initial weights by those that the recipe takes from the training text. */
export function initFromText(model: RecurrentLM, recipe: Recipe, counts: NgramCounts): void {
  if (recipe.outputBias === 'unigram') initOutputBias(model, counts.unigrams);
}
