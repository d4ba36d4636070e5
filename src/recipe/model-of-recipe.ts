import { UnrolledError } from '../errors.ts';
import { cells, cellsWith } from '../models/cells.ts';
import { checkConfig, type RecurrentConfig } from '../models/config.ts';
import type { InitOptions, ModelOptions } from '../models/model-options.ts';
import type { Regularisation } from '../models/regularisation.ts';
import type { Recipe } from './recipe.ts';

/** @throws when parts of the recipe don't go together */
export function configOf(recipe: Recipe, vocabSize: number): RecurrentConfig {
  const { cell, wordvec, hidden, layers, resetAfter, tied, zoneout, zoneoutCell } = recipe;
  const sizes = { vocabSize, wordvecSize: wordvec, hiddenSize: hidden, layers };
  const notes = {
    ...(resetAfter && { resetAfter }),
    ...(tied && { tied }),
    ...(zoneout !== undefined && { zoneout }),
    ...(zoneoutCell !== undefined && { zoneoutCell }),
  };
  return checkConfig({ cell, ...sizes, ...notes }, 'train');
}

export function initOf({ cell, forgetBias, initScale }: Recipe): InitOptions {
  const scale = initScale == null ? {} : { scale: initScale };
  if (forgetBias === undefined) return scale;
  if (cells[cell].forgetBias) return { ...scale, forgetBias };
  throw new UnrolledError(
    'option-conflict',
    `--forget-bias: got ${forgetBias} with --cell ${cell}; it needs a cell with a forget gate: ` +
      `${cellsWith((other) => other.forgetBias !== null)}. Leave it out, or take lstm.`,
  );
}

/**
 * What training does to the model beside learning.
 * @param counts how often each token occurs in the training text
 * @throws when parts of the recipe don't go together
 */
export function trainingOf(
  recipe: Recipe,
  counts?: ArrayLike<number>,
): Omit<ModelOptions, keyof InitOptions> {
  const { sampledSoftmax: size, tied } = recipe;
  const regularisation = regularisationOf(recipe);
  if (size == null) return regularisation;
  if (tied) return { ...regularisation, sampledSoftmax: { size, ...(counts && { counts }) } };
  throw new UnrolledError(
    'option-conflict',
    `--sampled-softmax: got ${size} with a model that is not tied; a sample takes rows of its one table of words. ` +
      'Leave it out, or take --tied.',
  );
}

function regularisationOf(recipe: Recipe): Regularisation {
  const { dropout = 0, lockedDropout = false, wordDropout = 0, weightDrop = 0, ar = 0, tar = 0 } = recipe;
  if (weightDrop !== 0 && !cells[recipe.cell].recurrentWeight) {
    throw new UnrolledError(
      'option-conflict',
      `--weight-drop: got ${weightDrop} with --cell ${recipe.cell}, which has no recurrent weights to drop. ` +
        'Leave it out, or take --dropout.',
    );
  }
  return { dropout, locked: lockedDropout, wordDropout, weightDrop, ar, tar, maskSeed: recipe.seed };
}
