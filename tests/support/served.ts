import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import type { Tokenizer } from '../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import type { ModelContents } from '../../src/models/model-file.ts';
import type { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import type { Limits } from '../../src/serving/limits.ts';
import { type ServedModel, serve } from '../../src/serving/served-model.ts';
import { randomModel } from './models.ts';

const reference = await openBackend('reference');

export const someLimits: Limits = {
  bodyBytes: 1e6,
  promptTokens: 1000,
  answerBytes: 1e6,
  maxTokens: 100,
  streams: 64,
  queue: 8,
  memoryBytes: 256e6,
  seconds: 60,
};

export const tale: string =
  'the old cat sat on the mat .\nthe young dog ran to the door , and the cat saw it .\nit was late .\n';

/** An untrained model of V tokens whose weights are so large that tokens are likely and unlikely, and the past matters. */
export function livelyModel(
  V: number,
  backend: Backend = reference,
  config: Partial<RecurrentConfig> = {},
  seed: number = 1,
): RecurrentLM {
  const sizes = { cell: 'lstm', vocabSize: V, embeddingSize: 6, hiddenSize: 8, layers: 2 } as const;
  return randomModel(backend, { ...sizes, ...config }, { seed: seed + 1, deviation: 0.7 });
}

interface ModelOptions {
  /** Default: what is in the vocabulary is all that can be read. */
  readonly unknown?: string;
  /** Default: the reference, whose numbers don't depend on what shares a step. */
  readonly backend?: Backend;
  /** Default 1. */
  readonly seed?: number;
}

/** Such a model of the tokens of a text. */
export function savedModel(
  kind: Tokenizer['kind'],
  text: string = tale,
  { unknown, backend = reference, seed = 1 }: ModelOptions = {},
): ModelContents {
  const tokenizer = openTokenizer(kind);
  const options = { unknown: unknown ?? null };
  const vocabulary =
    kind === 'byte' ? Vocabulary.bytes() : Vocabulary.build(tokenizer.tokenize(text), options);
  const model = livelyModel(vocabulary.size, backend, {}, seed);
  return { model, tokenizer, vocabulary, recipe: null, corpus: null, results: null, extras: new Map() };
}

export interface Serving {
  kind?: 'word' | 'char' | 'byte';
  unknown?: string;
  cacheBytes?: number;
  id?: string;
}

/** Such a model as the server holds it. */
export function served(
  text: string,
  { kind = 'word', unknown, cacheBytes = 1e6, id = 'small' }: Serving = {},
): ServedModel {
  return serve(id, savedModel(kind, text, unknown === undefined ? {} : { unknown }), { cacheBytes });
}
