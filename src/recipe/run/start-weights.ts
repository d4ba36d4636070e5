import { itemSplit } from '../../data/items/item-split.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { isBuiltIn, sameTokenizer, type Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { OptionError } from '../../errors.ts';
import { checkDigest, type ReadOptions } from '../../formats/digest.ts';
import { parseJsonObject } from '../../formats/json-object.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { checkConfig, type RecurrentConfig } from '../../models/config.ts';
import { readTokenizer } from '../../models/model-file.ts';
import { checkWeights } from '../../models/weights.ts';
import type { Recipe } from '../recipe.ts';

/** Initial weights from a file, with its metadata. */
export interface Start {
  /** The file's name, for errors. */
  readonly name: string;
  /** The weights, by name. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** The file's metadata: `config` and `vocabulary` as JSON, if present. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads initial weights from a safetensors file.
 * @param name the file's name, for errors
 * @throws {UnrolledError} `file-damaged` when the file is damaged or, with `verify`, when it changed after it was written
 */
export function readStart(name: string, bytes: Uint8Array, { verify = true }: ReadOptions = {}): Start {
  const file = readSafetensors(bytes, name);
  if (verify) checkDigest(file, name);
  return { name, ...file };
}

/** A hash of the weights: FNV-1a (Fowler, Noll and Vo 1991) over their names and bytes. */
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

/** The initial weights. Throws UnrolledError when they don't fit the model, tokenizer or vocabulary. */
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

/** The model settings in the file; empty when it holds only weights. */
export function startRecipe({ name, metadata }: Start): Partial<Recipe> {
  const json = metadata.get('config');
  if (json === undefined) return {};
  const config = checkConfig(parseJsonObject(json, name), name);
  const { cell, layers, embeddingSize: wordvec, hiddenSize: hidden, vocabSize: _, ...variants } = config;
  return { tied: false, ...variants, cell, layers, wordvec, hidden };
}

/** The settings of a run that starts from the weights, where no others are given. */
export function startSettings(start: Start): Partial<Recipe> {
  // The automatic choice of Adam is measured with weights computed from the text.
  return { ...startRecipe(start), optimizer: 'sgd' };
}

/** The tokenizer in the file; null when it holds only weights. */
export function startTokenizer({ name, metadata }: Start, own?: Tokenizer): Tokenizer | null {
  const json = metadata.get('tokenizer');
  if (json === undefined) return null;
  return readTokenizer(json, name, { tokenizers: own && !isBuiltIn(own) ? [own] : [] });
}

/** Throws when the tokenizer differs from the file's. */
function checkTokenizer(start: Start, tokenizer: Tokenizer): void {
  const before = startTokenizer(start, tokenizer);
  if (before === null || sameTokenizer(before, tokenizer)) return;
  throw new OptionError(
    'vocabulary',
    (nameOf) => {
      const [tokens, form, given] = ['tokens', 'normalize', 'tokenizer'].map(nameOf);
      const other = before.kind === tokenizer.kind ? 'another one' : tokenizer.kind;
      return (
        `the file's tokenizer is ${before.kind} and this run's is ${other}; the weights need the same one. ` +
        `Leave ${tokens}, ${form} and ${given} out to use the file's tokenizer.`
      );
    },
    start.name,
  );
}

/** The `items` setting in the file; empty for continuous text. */
export function startItems({ metadata }: Start): Partial<Recipe> {
  const items = metadata.get('items');
  return itemSplit.accepts(items) ? { items } : {};
}

/** Throws when the vocabulary differs from the file's. */
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
        `the file's vocabulary differs from that of the training text (${vocabulary.size} tokens); the weights need the same ` +
        `one. Use the text, ${tokens}, ${size} and ${most} that the file was trained with.`
      );
    },
    init,
  );
}

function otherItems({ endId }: Vocabulary, init: string): OptionError {
  const [it, text] = endId >= 0 ? ['items', 'continuous text'] : ['continuous text', 'items'];
  return new OptionError(
    'option-conflict',
    (nameOf) =>
      `the file's model is for ${it}, and this run trains on ${text}; the weights need the same. ` +
      `Leave ${nameOf('items')} out, or start without ${nameOf('init')}.`,
    init,
  );
}
