import { checkConfig, hasForgetGate, hasRecurrentWeight, type RecurrentConfig } from '../models/config.ts';
import type { InitOptions, ModelOptions } from '../models/model-options.ts';
import type { Regularisation } from '../models/regularisation.ts';
import { OptionError } from './option-error.ts';
import type { Recipe } from './recipe.ts';

/** @throws when settings exclude each other */
export function configOf(recipe: Recipe, vocabSize: number): RecurrentConfig {
  const { cell, wordvec, hidden, layers, resetAfter, tied, zoneout, zoneoutCell } = recipe;
  const sizes = { vocabSize, wordvecSize: wordvec, hiddenSize: hidden, layers };
  const variants = {
    ...(resetAfter && { resetAfter }),
    ...(tied && { tied }),
    ...(zoneout !== undefined && { zoneout }),
    ...(zoneoutCell !== undefined && { zoneoutCell }),
  };
  return checkConfig({ cell, ...sizes, ...variants }, 'recipe');
}

export function initOf({ cell, forgetBias, initScale }: Recipe): InitOptions {
  const scale = initScale == null ? {} : { scale: initScale };
  if (forgetBias === undefined) return scale;
  if (hasForgetGate(cell)) return { ...scale, forgetBias };
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf('forgetBias')} is ${forgetBias}, ${nameOf('cell')} is ${cell}; only lstm, mingru and minlstm have a ` +
      `forget gate. Leave ${nameOf('forgetBias')} out, or use lstm.`,
  );
}

/**
 * Regularisation and sampled softmax of the recipe's model.
 * @param counts how often each token occurs in the training text
 * @throws when settings exclude each other
 */
export function trainingOf(
  recipe: Recipe,
  counts?: ArrayLike<number>,
): Omit<ModelOptions, keyof InitOptions> {
  const { sampledSoftmax: size, tied } = recipe;
  const regularisation = regularisationOf(recipe);
  if (size == null) return regularisation;
  if (tied) return { ...regularisation, sampledSoftmax: { size, ...(counts && { counts }) } };
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf('sampledSoftmax')} is ${size}, and the model is not tied; a sample takes rows of tied embeddings. ` +
      `Leave ${nameOf('sampledSoftmax')} out, or use ${nameOf('tied')}.`,
  );
}

function regularisationOf(recipe: Recipe): Regularisation {
  const { dropout = 0, lockedDropout = false, wordDropout = 0, weightDrop = 0, ar = 0, tar = 0 } = recipe;
  if (weightDrop !== 0 && !hasRecurrentWeight(recipe.cell)) {
    throw new OptionError(
      'option-conflict',
      (nameOf) =>
        `${nameOf('weightDrop')} is ${weightDrop}, ${nameOf('cell')} is ${recipe.cell}, which has no recurrent ` +
        `weights to drop. Leave ${nameOf('weightDrop')} out, or use ${nameOf('dropout')}.`,
    );
  }
  return { dropout, locked: lockedDropout, wordDropout, weightDrop, ar, tar, maskSeed: recipe.seed };
}
