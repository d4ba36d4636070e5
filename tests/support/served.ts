import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import type { Limits } from '../../src/serving/limits.ts';
import { type ServedModel, serve } from '../../src/serving/served-model.ts';
import { Random } from '../../src/tensor/random.ts';

const reference = await openBackend('reference');

export const someLimits: Limits = {
  bodyBytes: 1e6,
  promptTokens: 1000,
  answerBytes: 1e6,
  maxTokens: 100,
  streams: 64,
  queue: 8,
  seconds: 60,
};

/** A model of V tokens in which the past matters. */
export function livelyModel(
  V: number,
  backend: Backend = reference,
  config: Partial<RecurrentConfig> = {},
): RecurrentLM {
  const sizes = { cell: 'lstm', vocabSize: V, embeddingSize: 6, hiddenSize: 8, layers: 2 } as const;
  const model = new RecurrentLM(backend, { ...sizes, ...config }, new Random(1));
  const random = new Random(2);
  for (const { value } of model.params) value.set(value.values().map(() => 0.7 * random.normal()));
  return model;
}

export interface Serving {
  kind?: 'word' | 'char' | 'byte';
  unknown?: string;
  cacheBytes?: number;
  id?: string;
}

/** Such a model of the tokens of a text, as the server holds it. */
export function served(
  text: string,
  { kind = 'word', unknown, cacheBytes = 1e6, id = 'small' }: Serving = {},
): ServedModel {
  const tokenizer = openTokenizer(kind);
  const vocabulary =
    kind === 'byte'
      ? Vocabulary.bytes()
      : Vocabulary.build(tokenizer.tokenize(text), { unknown: unknown ?? null });
  const model = livelyModel(vocabulary.size);
  const rest = { recipe: null, corpus: null, results: null, extras: new Map() };
  return serve(id, { model, tokenizer, vocabulary, ...rest }, { cacheBytes });
}
