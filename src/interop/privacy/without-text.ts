import { itemSplit } from '../../data/items/item-split.ts';
import type { Json, ModelFile } from '../../models/model-file.ts';
import { parameterShapes } from '../../models/parameters.ts';
import {
  generationSettings,
  publicCorpus,
  publicRecipe,
  publicResults,
  type Shape,
} from './public-metadata.ts';

/** The short names of choices in a recipe, such as `lstm-cifg`. */
const NAME = /^[a-z][a-z0-9-]{0,20}$/;

/**
 * The model without what only training needs and what tells of the training text: training state, n-gram counts, item digests,
 * names, sizes and digests of files, and metadata of unknown meaning. Weights, tokenizer, vocabulary, settings and results stay.
 * The arrays are those of the file, not copies.
 */
export function withoutText({ training: _, generationConfig, ...model }: ModelFile): ModelFile {
  const weights = Array.from(
    parameterShapes(model.config),
    ([name]) => [name, model.tensors.get(name)!] as const,
  );
  const sampling = samplingSettings(generationConfig);
  return {
    ...model,
    recipe: publicPart(model.recipe, publicRecipe),
    corpus: publicPart(model.corpus, publicCorpus),
    results: publicPart(model.results, publicResults),
    ...(sampling !== undefined && { generationConfig: sampling }),
    extras: new Map(),
    tensors: new Map(weights),
  };
}

/** The settings of a generation_config.json that `generate` and `serve` use; undefined for none. */
export function samplingSettings(value: Json | undefined): Json | undefined {
  return publicPart(value ?? null, generationSettings) ?? undefined;
}

/** The members that a shape has; null if the value is not an object with any of them. */
export function publicPart(value: Json, shape: Shape): Json {
  if (typeof shape === 'string') return isPublic(value, shape) ? value : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const members = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    if (!Object.hasOwn(shape, name)) return [];
    const found = publicPart(member, shape[name]);
    return found !== null || member === null ? [[name, found]] : [];
  });
  return members.length === 0 ? null : Object.fromEntries(members);
}

function isPublic(value: Json, shape: string): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value !== 'string') return false;
  if (shape === 'numbers') return /^[\d:,]*$/.test(value);
  return (shape === 'name' && NAME.test(value)) || (shape === 'split' && itemSplit.accepts(value));
}
