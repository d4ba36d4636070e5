import { PENALTIES, type RepetitionOptions } from '../../generation/sampling/repetition.ts';
import type { SampleOptions } from '../../generation/sampling/sample.ts';
import { flag, integer, real } from '../../kinds.ts';
import { badRequest } from '../api-error.ts';
import { cacheSalt, cacheScope } from '../cache/scope.ts';
import {
  anyText,
  type Body,
  type FieldKind,
  type Fields,
  ignored,
  nested,
  optional,
  readFields,
  texts,
  unsupported,
  type Values,
  wrong,
} from '../fields.ts';
import { checkAnswer, type Limits, logprobsBytes, MAX_ALTERNATIVES } from '../limits.ts';
import { modelOf } from '../models.ts';
import type { ServedModel } from '../served-model.ts';
import type { CallOptions } from '../service.ts';
import { promptKind, promptsOf, type ServedPrompt } from './prompts.ts';

/** A parsed completion request; fields and defaults follow OpenAI's `completions`. */
export interface CompletionRequest {
  readonly model: ServedModel;
  readonly prompts: readonly ServedPrompt[];
  /** Number of choices per prompt. */
  readonly n: number;
  readonly maxTokens: number;
  readonly drawing: SampleOptions & RepetitionOptions;
  readonly stops: readonly string[];
  /** Choice i is sampled with seed + i. */
  readonly seed: number;
  /** Number of alternatives per token; null for no log-probabilities. */
  readonly logprobs: number | null;
  readonly echo: boolean;
  readonly stream: boolean;
  /** Whether a stream ends with the token counts. */
  readonly usage: boolean;
  /** The scope of the prefix cache. */
  readonly cacheScope: string;
}

const choices = integer({ from: 1, to: 128 });
const share = real({ from: 0, to: 1 });
const amount = integer({ from: 1, to: 2 ** 31 - 1 });
const seed: FieldKind<number> = {
  ...integer({ from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }),
  needs: 'an integer',
};
const streamFields = {
  include_usage: optional(flag, false),
  include_obfuscation: unsupported(false),
} satisfies Fields;

function fieldsOf({ maxTokens }: Limits) {
  return {
    model: optional(anyText, null),
    prompt: optional(promptKind, ''),
    max_tokens: optional(integer({ from: 0, to: maxTokens }), Math.min(16, maxTokens)),
    temperature: optional(real({ from: 0, to: 100 }), 1),
    top_p: optional(share, null),
    n: optional(choices, 1),
    stop: optional(texts(16), []),
    seed: optional(seed, null),
    logprobs: optional(integer({ from: 0, to: MAX_ALTERNATIVES }), null),
    echo: optional(flag, false),
    stream: optional(flag, false),
    stream_options: nested(streamFields, '{"include_usage": true}'),
    // Not in OpenAI's API.
    top_k: optional(amount, null),
    min_p: optional(share, null),
    typical_p: optional(share, null),
    repetition_penalty: optional(real(PENALTIES), 1),
    repetition_window: optional(amount, 64),
    cache_salt: optional(cacheSalt, ''),
    // Other fields of OpenAI's API.
    best_of: optional(choices, null),
    user: ignored,
    metadata: ignored,
    store: ignored,
    service_tier: ignored,
    suffix: unsupported(''),
    presence_penalty: unsupported(0),
    frequency_penalty: unsupported(0),
    logit_bias: unsupported({}),
  } satisfies Fields;
}

type CompletionFields = Values<ReturnType<typeof fieldsOf>>;

/** Parses a request. Throws ApiError when it is invalid or exceeds a limit. */
export function readCompletion(
  body: Body,
  models: readonly ServedModel[],
  limits: Limits,
  options: CallOptions = {},
): CompletionRequest {
  const fields = readFields(body, fieldsOf(limits));
  checkTogether(fields);
  const model = modelOf(fields.model, models);
  const { n, stop, logprobs, echo, stream } = fields;
  const request = {
    model,
    n,
    prompts: promptsOf(fields.prompt, model.saved, limits, n),
    maxTokens: fields.max_tokens,
    drawing: drawingOf(fields, model, limits),
    stops: typeof stop === 'string' ? [stop] : stop,
    seed: seedOf(fields),
    logprobs,
    echo,
    stream,
    usage: fields.stream_options?.include_usage ?? false,
    cacheScope: cacheScope(options, fields.cache_salt),
  };
  checkAnswer(minimumBytes(request), limits);
  return request;
}

function checkTogether({ n, best_of, stream, stream_options }: CompletionFields): void {
  if (best_of !== null && best_of !== n) {
    throw wrong('best_of', best_of, `the value of n, ${n}`);
  }
  if (stream_options !== null && !stream) {
    throw badRequest(
      'stream_options is given but stream is not true. Set stream to true, or leave stream_options out.',
      'stream_options',
    );
  }
}

/** Lower bound of the response's size, in bytes; for a stream, what is sent before the first token. */
function minimumBytes({ prompts, n, maxTokens, logprobs, echo, stream }: CompletionRequest): number {
  const notes = (tokens: number) => (logprobs === null ? 0 : logprobsBytes(tokens, logprobs));
  const encoder = new TextEncoder();
  const each = prompts.map(({ text, ids }) => {
    return (echo ? encoder.encode(text).length + notes(ids.length) : 0) + (stream ? 0 : notes(maxTokens));
  });
  return n * each.reduce((sum, bytes) => sum + bytes, 0);
}

function drawingOf(
  { temperature, top_p, top_k, min_p, typical_p, repetition_penalty, repetition_window }: CompletionFields,
  { saved: { vocabulary } }: ServedModel,
  { promptTokens, maxTokens }: Limits,
): SampleOptions & RepetitionOptions {
  return {
    banned: vocabulary.unknownIds,
    temperature,
    // 0 keeps one token: the most likely or the most typical one.
    ...(top_p !== null && { topP: Math.max(top_p, Number.MIN_VALUE) }),
    ...(top_k !== null && { topK: top_k }),
    ...(min_p !== null && { minP: min_p }),
    ...(typical_p !== null && { typical: Math.max(typical_p, Number.MIN_VALUE) }),
    repetitionPenalty: repetition_penalty,
    // The window is allocated, and no text is longer than this.
    repetitionWindow: Math.min(repetition_window, promptTokens + maxTokens),
  };
}

/** Maps any integer to a 32-bit seed; without one, draws a random seed. */
function seedOf({ seed }: CompletionFields): number {
  if (seed === null) return crypto.getRandomValues(new Uint32Array(1))[0];
  return ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32;
}
