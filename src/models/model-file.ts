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
  foreign:
    "the file is not an Unrolled model; it must be a file from 'unrolled train'. Convert models of other tools with unrolled import.",
};

/** A model of items has a new version, so that older programs don't read it as a model of continuous text. */
const VERSION = { text: '2', items: '3' } as const;

/** The metadata key of default sampling settings. */
const GENERATION = 'generation_config';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
interface JsonObject {
  /** The value of each key. */
  readonly [name: string]: Json;
}

/** A model with its tokenizer and vocabulary, such as a `SavedModel`. */
export interface TextModel extends TextCodec {
  /** The language model. */
  readonly model: RecurrentLM;
  /** How texts are split into items; null for continuous text. Default: `line` if the vocabulary has an end token, else null. */
  readonly items?: ItemSplit | null;
  /** Default sampling settings, by the names of Hugging Face's `generation_config.json`, such as `temperature`. Default: none. */
  readonly generationConfig?: Json;
}

/**
 * The contents of a model file: the model, its tokenizer and vocabulary, its training recipe and results.
 */
export interface ModelContents extends TextModel {
  /** The training settings: batch size, model sizes, optimizer, seed. */
  readonly recipe: Json;
  /** The training texts: names and digests. */
  readonly corpus: Json;
  /** The results: perplexities, tokens, speed. */
  readonly results: Json;
  /** The training state of a checkpoint. */
  readonly training?: Json;
  /** Arrays other than the weights, such as the n-gram counts of the training text. */
  readonly extras: ReadonlyMap<string, NamedArray>;
}

/** A model from a file, with the tokenizer and vocabulary to encode and decode text. */
export class SavedModel implements ModelContents {
  /** `dispose`, for `using`, if the JavaScript engine supports it. */
  declare readonly [Symbol.dispose]: Dispose;
  /** The language model. */
  readonly model: RecurrentLM;
  /** Splits texts into tokens. */
  readonly tokenizer: Tokenizer;
  /** Maps tokens to ids. */
  readonly vocabulary: Vocabulary;
  /** How texts are split into items; null for continuous text. */
  readonly items: ItemSplit | null;
  readonly recipe: Json;
  readonly corpus: Json;
  readonly results: Json;
  readonly training?: Json;
  readonly generationConfig?: Json;
  readonly extras: ReadonlyMap<string, NamedArray>;

  /** @throws {UnrolledError} code `option-value` unless the contents have a model, a tokenizer and a vocabulary */
  constructor(contents: ModelContents) {
    checkTextModel('SavedModel', contents);
    const { model, tokenizer, vocabulary, recipe, corpus, results, training, generationConfig, extras } =
      contents;
    this.model = model;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.items = splitOf(contents);
    this.recipe = recipe;
    this.corpus = corpus;
    this.results = results;
    if (training !== undefined) this.training = training;
    if (generationConfig !== undefined) this.generationConfig = generationConfig;
    this.extras = extras;
  }

  /**
   * Encodes a text: the `ids` for the model, and the position of each token in the text. For a text of many megabytes
   * `Corpus.encode` needs far less memory.
   * @throws {UnrolledError} code `token-unknown` for a token that is not in the vocabulary, if there is no unknown token
   */
  encode(text: string): EncodedText {
    return encodeText(text, this);
  }

  /**
   * Frees the model's memory, like `model.dispose()`. The backend remains open; `model.backend.close()` ends its threads.
   * @throws {UnrolledError} code `call-order` while a call of the model is running
   */
  dispose(): void {
    this.model.dispose();
  }

  /**
   * Decodes ids to a text.
   * @throws {UnrolledError} code `id-range` for an id that is not in the vocabulary
   */
  decode(ids: Iterable<number>, options?: DecodeOptions): string {
    return decodeText(ids, this, options);
  }
}

makeDisposable(SavedModel.prototype);

/**
 * Serialises a model as the bytes of a self-contained `.safetensors` file. The same model gives the same bytes.
 * @throws {UnrolledError} code `option-value` unless it has a model, a tokenizer and a vocabulary
 */
export async function saveModelFile(saved: ModelContents): Promise<Uint8Array<ArrayBuffer>> {
  checkTextModel('saveModelFile', saved);
  return bytesOf(saved, saved.model.config, await saveWeights(saved.model));
}

/**
 * Synchronous `saveModelFile`.
 * @throws {UnrolledError} code `backend-missing` if the backend has no `readSync`; `option-value` as `saveModelFile`
 */
export function writeModelFile(saved: ModelContents): Uint8Array<ArrayBuffer> {
  checkTextModel('writeModelFile', saved);
  return bytesOf(saved, saved.model.config, readWeights(saved.model));
}

/** Serialises the contents of a model file, for programs that build no model from them. Its weights must be checked. */
export function encodeModelFile(file: Omit<ModelFile, 'extras'>): Uint8Array<ArrayBuffer> {
  return bytesOf(file, file.config, file.tensors);
}

function bytesOf(
  saved: Omit<ModelFile, 'config' | 'tensors' | 'extras' | 'items'> &
    Pick<TextModel, 'items'> &
    Partial<Pick<ModelContents, 'extras'>>,
  config: RecurrentConfig,
  weights: ReadonlyMap<string, NamedArray>,
): Uint8Array<ArrayBuffer> {
  const {
    tokenizer,
    vocabulary,
    recipe = null,
    corpus = null,
    results = null,
    training,
    generationConfig,
    extras = [],
  } = saved;
  const parts = {
    config: toConfigKeys(config),
    vocabulary: vocabulary.toJSON(),
    recipe,
    corpus,
    results,
  };
  const metadata: Record<string, string> = { tokenizer: storeTokenizer('saveModelFile', tokenizer) };
  for (const [name, part] of Object.entries(parts)) metadata[name] = JSON.stringify(part);
  if (training !== undefined) metadata.training = JSON.stringify(training);
  if (generationConfig !== undefined) metadata[GENERATION] = JSON.stringify(generationConfig);
  const items = splitOf(saved);
  if (items !== null) metadata.items = items;
  const version = items === null ? VERSION.text : VERSION.items;
  return writeUnrolledFile(modelFormat, new Map([...extras, ...weights]), metadata, version);
}

/** Options for reading a model file. */
export interface ModelFileOptions extends ReadOptions {
  /** Custom tokenizers that the file may use. Default: only the built-in ones. */
  readonly tokenizers?: readonly CustomTokenizer[];
}

/** The parsed contents of a model file, before a model is built from it. */
export interface ModelFile extends Omit<ModelContents, 'model'> {
  readonly items: ItemSplit | null;
  readonly config: RecurrentConfig;
  /** Every array of the file, including the weights; `extras` has the others. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
}

/**
 * Reads and checks a model file before a model is built from it. It allocates no more memory than the size of the file.
 *
 * @param where the file's name, for error messages
 * @throws if the file is damaged, not an Unrolled model, or inconsistent; with `verify` also if it changed after it was
 * written
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
      `${where}: the vocabulary has ${vocabulary.size} tokens, the config says ${config.vocabSize}; they must be equal.`,
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
    ...(metadata.has(GENERATION) && { generationConfig: part(GENERATION) }),
    extras,
    tensors,
  };
}

/** `parseModelFile`; in a page it first loads the code that the file's tokenizer needs. */
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
 * Opens a model file on a backend.
 *
 * @param where the beginning of error messages, such as the file's name
 * @throws {UnrolledError} code `file-damaged`, `file-foreign`, `file-version`, `config`, `vocabulary`, `weights` or `not-finite`
 * for an invalid file; in a page `call-order` for a model with byte-level BPE before `await loadBPE()` or `loadModel`
 */
export function readModelFile(
  bytes: Uint8Array,
  backend: Backend,
  where = 'model file',
  options: ModelFileOptions = {},
): SavedModel {
  return openModelFile(parseModelFile(bytes, where, options), backend);
}

/** Builds the model of a parsed file. */
export function openModelFile({ config, tensors, ...rest }: ModelFile, backend: Backend): SavedModel {
  const { unknownIds } = rest.vocabulary;
  const model = new RecurrentLM(backend, config, undefined, { unknownIds });
  writeWeights(model, tensors);
  return new SavedModel({ model, ...rest });
}

/** Reads a tokenizer: a plain name, or JSON for a tokenizer with parameters. */
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
      ? `its tokenizer is ${JSON.stringify(text.slice(0, 60))}, which this version doesn't know. Use a newer version of unrolled, or pass a custom one as { tokenizers: [it] }.`
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
      `${where}: the ${name} in the file is missing or damaged; it must be JSON. Copy the file again, or train again.`,
    );
  }
}
