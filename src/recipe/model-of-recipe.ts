import { OptionError, UnrolledError } from '../errors.ts';
import { cells, cellsWith } from '../models/cells.ts';
import { checkConfig, type RecurrentConfig } from '../models/config.ts';
import type { InitOptions, ModelOptions } from '../models/model-options.ts';
import type { Recipe } from './recipe.ts';
import { optionsFor, settingList } from './settings/settings.ts';

/** The recipe's model config. @throws UnrolledError when settings exclude each other */
export function configOf(recipe: Recipe, vocabSize: number): RecurrentConfig {
  const { cell, wordvec: embeddingSize, hidden: hiddenSize, layers } = recipe;
  // Options that are off are left out of the config, and so of the model file.
  const given = Object.entries(optionsFor('config', recipe)).filter(([, value]) => value !== false);
  const config = { cell, vocabSize, embeddingSize, hiddenSize, layers, ...Object.fromEntries(given) };
  try {
    return checkConfig(config, 'recipe');
  } catch (error) {
    throw error instanceof UnrolledError ? withSettingNames(error) : error;
  }
}

/** Replaces config names in an error by setting names: `hiddenSize is 8` becomes `hidden is 8`. */
function withSettingNames({ code, message }: UnrolledError): OptionError {
  const names = new Map<string, string>(
    settingList.flatMap(([name, { feeds }]) => (feeds?.config ? [[feeds.config, name]] : [])),
  );
  const words = message.replace('recipe: ', '');
  return new OptionError(code, (nameOf) =>
    words.replace(/\w+(?= is )/g, (word) => {
      const setting = names.get(word);
      return setting === undefined ? word : nameOf(setting);
    }),
  );
}

/** The recipe's initialisation options. @throws OptionError when settings exclude each other */
export function initOf(recipe: Recipe): InitOptions {
  const { cell, forgetBias } = recipe;
  if (forgetBias === undefined || cells[cell].forgetBias) return optionsFor('init', recipe);
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf('forgetBias')} is ${forgetBias} and ${nameOf('cell')} is ${cell}; it needs a cell with a forget gate: ` +
      `${cellsWith((other) => other.forgetBias !== null)}. Leave ${nameOf('forgetBias')} out, or use lstm.`,
  );
}

/**
 * The recipe's regularisation and sampled softmax options.
 * @param counts token counts of the training text. Default: uniform
 * @param steps number of training steps. Default: the sample is used in all of them
 * @throws OptionError when settings exclude each other
 */
export function trainingOf(
  recipe: Recipe,
  counts?: ArrayLike<number>,
  steps?: number,
): Omit<ModelOptions, keyof InitOptions> {
  const { sampledSoftmax: size, fullSoftmaxFrom: from, tied } = recipe;
  checkWeightDrop(recipe);
  checkFullSoftmax(recipe);
  const regularisation = optionsFor('regularisation', recipe);
  if (size == null) return regularisation;
  const sampled = from !== undefined && steps !== undefined && { steps: Math.ceil(from * steps) };
  if (tied) return { ...regularisation, sampledSoftmax: { size, ...(counts && { counts }), ...sampled } };
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf('sampledSoftmax')} is ${size} and the embeddings are not tied; sampled softmax needs tied embeddings. ` +
      `Leave ${nameOf('sampledSoftmax')} out, or use ${nameOf('tied')}.`,
  );
}

function checkFullSoftmax({ fullSoftmaxFrom: from, sampledSoftmax }: Recipe): void {
  if (from === undefined || sampledSoftmax != null) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf('fullSoftmaxFrom')} is ${from} and there is no ${nameOf('sampledSoftmax')}; all steps use the full softmax. ` +
      `Leave ${nameOf('fullSoftmaxFrom')} out, or use ${nameOf('sampledSoftmax')} 1500.`,
  );
}

function checkWeightDrop({ weightDrop = 0, cell }: Recipe): void {
  if (weightDrop === 0 || cells[cell].recurrentWeight) return;
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `${nameOf('weightDrop')} is ${weightDrop} and ${nameOf('cell')} is ${cell}, which has no recurrent weights. ` +
      `Leave ${nameOf('weightDrop')} out, or use ${nameOf('dropout')}.`,
  );
}
