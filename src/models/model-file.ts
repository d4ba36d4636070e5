import type { Backend } from '../backends/backend.ts';
import { openTokenizer } from '../data/tokenizers/open.ts';
import type { Tokenizer } from '../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../data/vocabulary.ts';
import { UnrolledError } from '../errors.ts';
import type { NamedArray } from '../formats/named-array.ts';
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import { checkVersion } from '../formats/version.ts';
import { checkConfig, type RecurrentConfig } from './config.ts';
import { parameterShapes } from './parameters.ts';
import { RecurrentLM } from './recurrent-lm.ts';
import { checkWeights, readWeights, saveWeights, writeWeights } from './weights.ts';

const FORMAT = 'unrolled-model';
const VERSION = '1';

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What one model file holds: all that reading, judging and continuing the model needs. */
export interface SavedModel {
  readonly model: RecurrentLM;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  /** How it was trained: streams, sizes, optimizer, seed. */
  readonly recipe: Json;
  /** What it was trained on: names and digests of the texts. */
  readonly corpus: Json;
  /** What was measured: perplexities, tokens, speed. */
  readonly results: Json;
  /** Where training stands, in a checkpoint. */
  readonly training?: Json;
  /** Arrays beside the weights, such as the counts of the training text. */
  readonly extras: ReadonlyMap<string, NamedArray>;
}

/** The bytes of a `.safetensors` file that needs nothing beside it. Same model, same bytes. */
export async function saveModelFile(saved: SavedModel): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(saved, await saveWeights(saved.model));
}

/** The same at once. Synchronous: needs a backend with `readSync`. */
export function writeModelFile(saved: SavedModel): Uint8Array<ArrayBuffer> {
  return bytesOf(saved, readWeights(saved.model));
}

function bytesOf(saved: SavedModel, weights: ReadonlyMap<string, NamedArray>): Uint8Array<ArrayBuffer> {
  const { model, tokenizer, vocabulary, recipe, corpus, results, training, extras } = saved;
  const parts = { config: model.config, vocabulary: vocabulary.toJSON(), recipe, corpus, results };
  const metadata: Record<string, string> = { format: FORMAT, version: VERSION, tokenizer: tokenizer.kind };
  for (const [name, part] of Object.entries(parts)) metadata[name] = JSON.stringify(part);
  if (training !== undefined) metadata.training = JSON.stringify(training);
  return writeSafetensors(new Map([...extras, ...weights]), metadata);
}

/** What a model file says, before a model is built from it. */
export interface ModelFile extends Omit<SavedModel, 'model'> {
  readonly config: RecurrentConfig;
  /** Every array of the file, the weights among them; in `extras` are the others. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
}

/**
 * Reads and checks a model file, so that a model can be built from it. Nothing is allocated that the
 * file doesn't hold.
 *
 * @param where the file's name, for error messages
 * @throws when the file is damaged, is not a model of ours, or contradicts itself
 */
export function parseModelFile(bytes: Uint8Array, where = 'model file'): ModelFile {
  const { tensors, metadata } = readSafetensors(bytes, where);
  if (metadata.get('format') !== FORMAT) {
    throw new UnrolledError(
      'file-foreign',
      `${where}: the file holds arrays but no model of unrolled; it needs a file that 'unrolled train' wrote.`,
    );
  }
  checkVersion(metadata.get('version'), VERSION, where);
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
    tokenizer: openTokenizer(metadata.get('tokenizer') ?? ''),
    vocabulary,
    recipe: part('recipe'),
    corpus: part('corpus'),
    results: part('results'),
    ...(metadata.has('training') && { training: part('training') }),
    extras,
    tensors,
  };
}

/** Opens a model file on a backend. Throws as `parseModelFile` does. */
export function readModelFile(bytes: Uint8Array, backend: Backend, where = 'model file'): SavedModel {
  const { config, tensors, ...rest } = parseModelFile(bytes, where);
  const model = new RecurrentLM(backend, config);
  writeWeights(model, tensors);
  return { model, ...rest };
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
