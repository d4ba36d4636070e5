import { itemSplit } from '../../data/items/item-split.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { isBuiltIn, sameTokenizer, type Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { checkDigest, type ReadOptions } from '../../formats/digest.ts';
import { parseJsonObject } from '../../formats/json-object.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { checkConfig, type RecurrentConfig } from '../../models/config.ts';
import { readTokenizer } from '../../models/model-file.ts';
import { checkWeights } from '../../models/weights.ts';
import { OptionError } from '../option-error.ts';
import type { Recipe } from '../recipe.ts';

/** Weights to start from, and what their file says. */
export interface Start {
  /** For errors. */
  readonly name: string;
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** `config` and `vocabulary` as JSON, where the file has them. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Throws UnrolledError when the file is damaged; with `verify` also when it changed after it was written. */
export function readStart(name: string, bytes: Uint8Array, { verify = true }: ReadOptions = {}): Start {
  const file = readSafetensors(bytes, name);
  if (verify) checkDigest(file, name);
  return { name, ...file };
}

/** Tells weights from others, by FNV-1a (Fowler, Noll and Vo 1991) over their names and bytes. */
export function startDigest({ tensors }: Start): string {
  let hash = 0x811c9dc5;
  const add = (bytes: Uint8Array) => {
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (const [name, { data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(new TextEncoder().encode(name));
    add(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The weights, checked. */
export function startWeights(
  start: Start,
  config: RecurrentConfig,
  { tokenizer, vocabulary }: TextCodec,
): ReadonlyMap<string, NamedArray> {
  const { name, tensors, metadata } = start;
  checkTokenizer(start, tokenizer);
  checkVocabulary(metadata.get('vocabulary'), vocabulary, name);
  checkWeights(config, tensors, name);
  return tensors;
}

/** What the file says of the model; nothing where it holds weights alone. */
export function startRecipe({ name, metadata }: Start): Partial<Recipe> {
  const json = metadata.get('config');
  if (json === undefined) return {};
  const config = checkConfig(parseJsonObject(json, name), name);
  const { cell, layers, embeddingSize: wordvec, hiddenSize: hidden, vocabSize: _, ...variants } = config;
  return { tied: false, ...variants, cell, layers, wordvec, hidden };
}

/** That of a model file; null where it holds weights alone. */
export function startTokenizer({ name, metadata }: Start, own?: Tokenizer): Tokenizer | null {
  const json = metadata.get('tokenizer');
  if (json === undefined) return null;
  return readTokenizer(json, name, { tokenizers: own && !isBuiltIn(own) ? [own] : [] });
}

/** Weights mean something only with the tokens that they were trained with. */
function checkTokenizer(start: Start, tokenizer: Tokenizer): void {
  const before = startTokenizer(start, tokenizer);
  if (before === null || sameTokenizer(before, tokenizer)) return;
  throw new OptionError(
    'vocabulary',
    (nameOf) => {
      const [tokens, form, given] = ['tokens', 'normalize', 'tokenizer'].map(nameOf);
      const other = before.kind === tokenizer.kind ? 'another one' : tokenizer.kind;
      return (
        `its tokenizer is ${before.kind}, that of this run is ${other}; its weights need the same. ` +
        `Leave ${tokens}, ${form} and ${given} out: the run then has the tokenizer of the file.`
      );
    },
    start.name,
  );
}

/** How the texts of a model of items are cut; nothing for one of endless text. */
export function startItems({ metadata }: Start): Partial<Recipe> {
  const items = metadata.get('items');
  return itemSplit.accepts(items) ? { items } : {};
}

/** Weights mean something only with the ids that they were trained with. */
function checkVocabulary(json: string | undefined, vocabulary: Vocabulary, init: string): void {
  if (json === undefined) return;
  const own = Vocabulary.fromJSON(parseJsonObject(json, init));
  if (own.equals(vocabulary)) return;
  if (own.endId >= 0 !== vocabulary.endId >= 0) throw otherItems(own, init);
  throw new OptionError(
    'vocabulary',
    (nameOf) => {
      const [tokens, size, most] = ['tokens', 'vocabSize', 'maxTokens'].map(nameOf);
      return (
        `its vocabulary is not that of the training text (${vocabulary.size} tokens); its weights need the same. ` +
        `Use the text, ${tokens}, ${size} and ${most} that it was trained with.`
      );
    },
    init,
  );
}

function otherItems({ endId }: Vocabulary, init: string): OptionError {
  const [it, text] = endId >= 0 ? ['items', 'endless text'] : ['endless text', 'items'];
  return new OptionError(
    'option-conflict',
    (nameOf) =>
      `it is a model of ${it}, and this run trains on ${text}; its weights need the same. ` +
      `Leave ${nameOf('items')} out, or start without ${nameOf('init')}.`,
    init,
  );
}
