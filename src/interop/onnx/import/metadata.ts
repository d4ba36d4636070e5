import { readSplit } from '../../../data/items/item-split.ts';
import type { TextCodec } from '../../../data/text-codec.ts';
import { Vocabulary } from '../../../data/vocabulary/vocabulary.ts';
import { damaged } from '../../../formats/damaged.ts';
import { type Json, readTokenizer } from '../../../models/model-file.ts';
import { difference } from '../../hugging-face/json-file.ts';
import type { ImportedNetwork } from '../../importer.ts';
import {
  generationSettings,
  publicRecipe,
  publicResults,
  type Shape,
} from '../../privacy/public-metadata.ts';
import { publicPart } from '../../privacy/without-text.ts';
import type { ModelProto } from '../messages.ts';

/** What a file tells of its text and training, if it was exported by this program. */
export type Described = Pick<
  ImportedNetwork,
  'codec' | 'items' | 'generationConfig' | 'recipe' | 'results' | 'leftOut'
>;

/** What is taken of each entry of JSON. */
const PUBLIC: Readonly<Record<string, Shape>> = {
  generation_config: generationSettings,
  recipe: publicRecipe,
  results: publicResults,
};

/** The entries of `metadata_props` by key. */
export function entriesOf({ metadataProps = [] }: ModelProto): ReadonlyMap<string, string> {
  return new Map(metadataProps.map(({ key = '', value = '' }) => [key, value]));
}

/**
 * Reads the metadata of an exported model. A vocabulary without the entry `tokenizer` is not ours.
 * @throws {UnrolledError} code `file-damaged` or `vocabulary` for invalid entries
 */
export function readMetadata(entries: ReadonlyMap<string, string>, where: string): Described {
  const codec = codecOf(entries, where);
  const [generation, recipe, results] = Object.entries(PUBLIC).map(([key, shape]) => {
    const given = json(entries, key, where);
    return { key, given, taken: publicPart(given, shape) };
  });
  const others = [generation, recipe, results].flatMap(
    ({ key, given, taken }) => difference(given, taken, key) ?? [],
  );
  return {
    codec,
    items: codec && readSplit(where, entries.get('items'), codec.vocabulary),
    generationConfig: generation.taken ?? undefined,
    recipe: recipe.taken,
    results: results.taken,
    leftOut: others.map((name) => ({ name, reason: 'it is no setting or result of training' })),
  };
}

function codecOf(entries: ReadonlyMap<string, string>, where: string): TextCodec | null {
  const tokenizer = entries.get('tokenizer');
  if (tokenizer === undefined || !entries.has('vocabulary')) return null;
  const tokens = json(entries, 'vocabulary', where);
  const special = Object(json(entries, 'special_tokens', where)) as object;
  const vocabulary = Vocabulary.fromJSON({ unknown: null, ...special, tokens });
  return { tokenizer: readTokenizer(tokenizer, where), vocabulary };
}

/** An entry of JSON; null if it is absent. */
export function json(entries: ReadonlyMap<string, string>, key: string, where: string): Json {
  try {
    return JSON.parse(entries.get(key) ?? 'null') as Json;
  } catch {
    throw damaged(where, `the metadata ${JSON.stringify(key)} is not JSON`, 'it must be');
  }
}
