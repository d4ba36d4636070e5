import type { Backend } from '../backends/backend.ts';
import { type ItemSplit, readSplit, splitOf } from '../data/items/item-split.ts';
import {
  type DecodeOptions,
  decodeText,
  type EncodedText,
  encodeText,
  type TextCodec,
} from '../data/text-codec.ts';
import { loadBPE } from '../data/tokenizers/bpe/from-json.ts';
import { type CustomTokenizer, restoreTokenizer, storeTokenizer } from '../data/tokenizers/stored.ts';
import type { Tokenizer } from '../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../errors.ts';
import type { ReadOptions } from '../formats/digest.ts';
import type { NamedArray } from '../formats/named-array.ts';
import { readUnrolledFile, type UnrolledFormat, writeUnrolledFile } from '../formats/unrolled-file.ts';
import { optionsOf } from '../kinds.ts';
import { type Dispose, makeDisposable } from '../tensor/disposable.ts';
import { checkTextModel } from './check-model.ts';
import { checkConfig, type RecurrentConfig, toConfigKeys } from './config.ts';
import { parameterShapes } from './parameters.ts';
import { RecurrentLM } from './recurrent-lm.ts';
import { checkWeights, readWeights, saveWeights, writeWeights } from './weights.ts';

const modelFormat: UnrolledFormat = {
  format: 'unrolled-model',
  versions: ['1', '2', '3'],
  foreign: "the file holds arrays but no model of unrolled; it needs a file that 'unrolled train' wrote.",
};

/** That of a model of items says how texts are cut into them, and has an end token: an older program must not read it as endless text. */
const VERSION = { text: '2', items: '3' } as const;

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A model with its tokenizer and vocabulary; a `SavedModel` is one. */
export interface TextModel extends TextCodec {
  readonly model: RecurrentLM;
  /** How its texts are cut into items; null for endless text. Default: `line` where the vocabulary has an end token, else null. */
  readonly items?: ItemSplit | null;
}

/**
 * The contents of a model file: the model, its tokenizer and vocabulary, how it was trained, and its results.
 */
export interface ModelContents extends TextModel {
  /** How it was trained: batch, sizes, optimizer, seed. */
  readonly recipe: Json;
  /** The training texts: names and digests. */
  readonly corpus: Json;
  /** The results: perplexities, tokens, speed. */
  readonly results: Json;
  /** The training state of a checkpoint. */
  readonly training?: Json;
  /** Arrays beside the weights, such as the counts of the training text. */
  readonly extras: ReadonlyMap<string, NamedArray>;
}

/** A model from a file, with the tokenizer and vocabulary to encode and decode text. */
export class SavedModel implements ModelContents {
  /** `dispose`, for `using`, where the engine knows it. */
  declare readonly [Symbol.dispose]: Dispose;
  readonly model: RecurrentLM;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  /** How its texts are cut into items; null for endless text. */
  readonly items: ItemSplit | null;
  readonly recipe: Json;
  readonly corpus: Json;
  readonly results: Json;
  readonly training?: Json;
  readonly extras: ReadonlyMap<string, NamedArray>;

  constructor(contents: ModelContents) {
    checkTextModel('SavedModel', contents);
    const { model, tokenizer, vocabulary, recipe, corpus, results, training, extras } = contents;
    this.model = model;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.items = splitOf(contents);
    this.recipe = recipe;
    this.corpus = corpus;
    this.results = results;
    if (training !== undefined) this.training = training;
    this.extras = extras;
  }

  /**
   * The tokens of a text: `ids` for the model, and each token's position in the text. For a text of many megabytes
   * `Corpus.encode` needs far less memory.
   * @throws UnrolledError at a token that the vocabulary lacks, when it has no unknown token either
   */
  encode(text: string): EncodedText {
    return encodeText(text, this);
  }

  /** Frees the model's memory: `model.dispose()`. The backend stays open; `model.backend.close()` ends its threads. */
  dispose(): void {
    this.model.dispose();
  }

  /** The text of ids. Throws UnrolledError for an id that the vocabulary lacks. */
  decode(ids: Iterable<number>, options?: DecodeOptions): string {
    return decodeText(ids, this, options);
  }
}

makeDisposable(SavedModel.prototype);

/** The bytes of a self-contained `.safetensors` file. Same model, same bytes. */
export async function saveModelFile(saved: ModelContents): Promise<Uint8Array<ArrayBuffer>> {
  checkTextModel('saveModelFile', saved);
  return bytesOf(saved, await saveWeights(saved.model));
}

/** Synchronous `toBytes`: needs a backend with `readSync`. */
export function writeModelFile(saved: ModelContents): Uint8Array<ArrayBuffer> {
  checkTextModel('writeModelFile', saved);
  return bytesOf(saved, readWeights(saved.model));
}

function bytesOf(saved: ModelContents, weights: ReadonlyMap<string, NamedArray>): Uint8Array<ArrayBuffer> {
  const {
    model,
    tokenizer,
    vocabulary,
    recipe = null,
    corpus = null,
    results = null,
    training,
    extras = [],
  } = saved;
  const parts = {
    config: toConfigKeys(model.config),
    vocabulary: vocabulary.toJSON(),
    recipe,
    corpus,
    results,
  };
  const metadata: Record<string, string> = { tokenizer: storeTokenizer('saveModelFile', tokenizer) };
  for (const [name, part] of Object.entries(parts)) metadata[name] = JSON.stringify(part);
  if (training !== undefined) metadata.training = JSON.stringify(training);
  const items = splitOf(saved);
  if (items !== null) metadata.items = items;
  const version = items === null ? VERSION.text : VERSION.items;
  return writeUnrolledFile(modelFormat, new Map([...extras, ...weights]), metadata, version);
}

/** How a model file is read. */
export interface ModelFileOptions extends ReadOptions {
  /** Tokenizers of your own that the file may hold. Default: the built-in ones alone. */
  readonly tokenizers?: readonly CustomTokenizer[];
}

/** The parsed contents of a model file, before a model is built from it. */
export interface ModelFile extends Omit<ModelContents, 'model'> {
  readonly items: ItemSplit | null;
  readonly config: RecurrentConfig;
  /** Every array of the file, the weights among them; in `extras` are the others. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
}

/**
 * Reads and checks a model file, so that a model can be built from it. Allocates no more than the file holds.
 *
 * @param where the file's name, for error messages
 * @throws when the file is damaged, is not an Unrolled model, or contradicts itself; with `verify` also when it
 * changed after it was written
 */
export function parseModelFile(
  bytes: Uint8Array,
  where = 'model file',
  options: ModelFileOptions = {},
): ModelFile {
  const { tensors, metadata } = readUnrolledFile(modelFormat, bytes, where, optionsOf(where, options));
  const part = (name: string) => parsePart(metadata.get(name), name, where);
  const config = checkConfig(part('config'), where);
  const vocabulary = Vocabulary.fromJSON(part('vocabulary'));
  if (vocabulary.size !== config.vocabSize) {
    throw new UnrolledError(
      'file-damaged',
      `${where}: the vocabulary has ${vocabulary.size} tokens, the config says ${config.vocabSize}; both must agree.`,
    );
  }
  checkWeights(config, tensors, where);
  const extras = new Map(tensors);
  for (const [name] of parameterShapes(config)) extras.delete(name);
  return {
    config,
    tokenizer: readTokenizer(metadata.get('tokenizer') ?? '', where, options),
    vocabulary,
    items: readSplit(where, metadata.get('items'), vocabulary),
    recipe: part('recipe'),
    corpus: part('corpus'),
    results: part('results'),
    ...(metadata.has('training') && { training: part('training') }),
    extras,
    tensors,
  };
}

/** `parseModelFile`, which in a page loads first what the file's tokenizer needs. */
export async function loadModelFile(
  bytes: Uint8Array,
  where: string,
  options: ModelFileOptions = {},
): Promise<ModelFile> {
  try {
    return parseModelFile(bytes, where, options);
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.code !== 'call-order') throw error;
    await loadBPE();
    return parseModelFile(bytes, where, options);
  }
}

/**
 * Opens a model file on a backend. Throws as `parseModelFile` does; in a page also with code `call-order` for a byte-level BPE
 * model before `await loadBPE()`.
 */
export function readModelFile(
  bytes: Uint8Array,
  backend: Backend,
  where = 'model file',
  options: ModelFileOptions = {},
): SavedModel {
  return openModelFile(parseModelFile(bytes, where, options), backend);
}

/** Builds the model that a file describes. */
export function openModelFile({ config, tensors, ...rest }: ModelFile, backend: Backend): SavedModel {
  const { unknownIds } = rest.vocabulary;
  const model = new RecurrentLM(backend, config, undefined, { unknownIds });
  writeWeights(model, tensors);
  return new SavedModel({ model, ...rest });
}

/** A kind without parameters is written as is, one with parameters as JSON. */
export function readTokenizer(text: string, where: string, { tokenizers }: ModelFileOptions = {}): Tokenizer {
  const value = text.startsWith('{') ? parsePart(text, 'tokenizer', where) : text;
  try {
    return restoreTokenizer(where, value, tokenizers);
  } catch (error) {
    if (!(error instanceof UnrolledError) || error.message.startsWith(where)) throw error;
    // The page has not loaded byte-level BPE; the file is intact.
    if (error.code === 'call-order') throw error;
    const isNewer = error.code === 'unknown-name' && text !== '';
    const message = isNewer
      ? `its tokenizer is ${JSON.stringify(text.slice(0, 60))}, which this version doesn't know. Use a newer version of unrolled, or give your own by { tokenizers: [it] }.`
      : error.message;
    throw new UnrolledError(isNewer ? 'file-version' : 'file-damaged', `${where}: ${message}`, {
      cause: error,
    });
  }
}

function parsePart(text: string | undefined, name: string, where: string): Json {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new UnrolledError(
      'file-damaged',
      `${where}: the ${name} in the file is missing or damaged; it must be JSON. Train or copy it anew.`,
    );
  }
}
