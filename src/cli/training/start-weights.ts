import type { Vocabulary } from '../../data/vocabulary.ts';
import { UnrolledError } from '../../errors.ts';
import { parseJsonObject } from '../../formats/json-object.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { checkConfig, type RecurrentConfig } from '../../models/config.ts';
import { checkWeights } from '../../models/weights.ts';
import { readBytes } from '../files/read.ts';
import type { Recipe } from '../recipe.ts';

/** The weights of a file to start from, checked. */
export function readStart(
  init: string,
  config: RecurrentConfig,
  vocabulary: Vocabulary,
): ReadonlyMap<string, NamedArray> {
  const { tensors, metadata } = readSafetensors(readBytes(init), init);
  checkVocabulary(metadata.get('vocabulary'), vocabulary, init);
  checkWeights(config, tensors, init);
  return tensors;
}

/** What a file to start from says of the model; nothing where it holds weights alone. */
export function startRecipe(init: string): Partial<Recipe> {
  const json = readSafetensors(readBytes(init), init).metadata.get('config');
  if (json === undefined) return {};
  const config = checkConfig(parseJsonObject(json, init), init);
  const { cell, layers, wordvecSize: wordvec, hiddenSize: hidden, vocabSize: _, ...notes } = config;
  return { tied: false, ...notes, cell, layers, wordvec, hidden };
}

/** Weights mean something only with the ids that they were trained with. */
function checkVocabulary(json: string | undefined, vocabulary: Vocabulary, init: string): void {
  const ours = JSON.stringify(vocabulary);
  if (json === undefined || json === ours) return;
  throw new UnrolledError(
    `${init}: its vocabulary is not that of the training text (${vocabulary.size} tokens); its weights need the ` +
      'same. Use the text, --tokens, --vocab-size and --max-tokens that it was trained with.',
  );
}
