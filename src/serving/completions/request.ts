import { badRequest } from '../api-error.ts';
import { cacheScope } from '../cache/scope.ts';
import { type Body, wrong } from '../fields.ts';
import { checkAnswer, type Limits, logprobsBytes } from '../limits.ts';
import { modelOf } from '../models.ts';
import type { ServedModel } from '../served-model.ts';
import type { CallOptions } from '../service.ts';
import { type CompletionFields, readCompletionFields } from './fields.ts';
import { promptsOf, type ServedPrompt } from './prompts.ts';
import { type Sampling, samplingOf } from './sampling.ts';
import { randomSeed } from './seed.ts';

/** The default number of tokens of a choice, as in OpenAI's API. */
const MAX_TOKENS = 16;

/** A parsed completion request; fields and defaults follow OpenAI's `completions`. */
export interface CompletionRequest {
  readonly model: ServedModel;
  readonly prompts: readonly ServedPrompt[];
  /** Number of choices per prompt. */
  readonly n: number;
  /** Number of completions per prompt, of which the n best are the choices. */
  readonly bestOf: number;
  readonly maxTokens: number;
  /** Number of tokens before which stop strings don't end a choice. */
  readonly minTokens: number;
  readonly sampling: Sampling;
  readonly stops: readonly string[];
  /** Completion i is sampled with seed + i. */
  readonly seed: bigint;
  /** Number of alternatives per token; null for no log-probabilities. */
  readonly logprobs: number | null;
  readonly echo: boolean;
  readonly stream: boolean;
  /** Whether a stream ends with the token counts, and whether each event has those so far. */
  readonly usage: { readonly atEnd: boolean; readonly always: boolean };
  /** When it arrived, by `performance.now`. */
  readonly began: number;
  /** The scope of the prefix cache. */
  readonly cacheScope: string;
}

/** Parses a request. Throws ApiError when it is invalid or exceeds a limit. */
export function readCompletion(
  body: Body,
  models: readonly ServedModel[],
  limits: Limits,
  options: CallOptions = {},
): CompletionRequest {
  const fields = readCompletionFields(body, limits, options);
  checkTogether(fields);
  const model = modelOf(fields.model, models);
  const { n, stop, logprobs, echo, stream, stream_options } = fields;
  const bestOf = fields.best_of ?? n;
  const request = {
    model,
    n,
    bestOf,
    prompts: promptsOf(fields.prompt, model.saved, limits, bestOf),
    maxTokens: maxTokensOf(fields, limits),
    minTokens: fields.min_tokens,
    sampling: samplingOf(fields, model, limits),
    stops: typeof stop === 'string' ? [stop] : stop,
    seed: BigInt(fields.seed ?? randomSeed()),
    logprobs,
    echo,
    stream,
    usage: {
      atEnd: stream_options?.include_usage ?? false,
      always: stream_options?.continuous_usage_stats ?? false,
    },
    began: performance.now(),
    cacheScope: cacheScope(options, fields.cache_salt),
  };
  checkAnswer(minimumBytes(request), limits);
  return request;
}

function checkTogether({ n, best_of, stream, stream_options }: CompletionFields): void {
  if (best_of !== null && (stream ? best_of !== n : best_of < n)) {
    throw wrong('best_of', best_of, `${stream ? 'the value of n in a stream' : 'at least n'}, ${n}`);
  }
  if (stream_options !== null && !stream) {
    throw badRequest(
      'stream_options is given but stream is not true. Set stream to true, or leave stream_options out.',
      'stream_options',
    );
  }
}

/** Lower bound of the response's size, in bytes; for a stream, what is sent before the first token. */
function minimumBytes({ prompts, bestOf, maxTokens, logprobs, echo, stream }: CompletionRequest): number {
  const notes = (tokens: number) => (logprobs === null ? 0 : logprobsBytes(tokens, logprobs));
  const encoder = new TextEncoder();
  const each = prompts.map(({ text, ids }) => {
    return (echo ? encoder.encode(text).length + notes(ids.length) : 0) + (stream ? 0 : notes(maxTokens));
  });
  return bestOf * each.reduce((sum, bytes) => sum + bytes, 0);
}

/** Throws when `min_tokens` is larger, or when the field's two names have different values. */
function maxTokensOf(
  { max_tokens, max_completion_tokens, min_tokens }: CompletionFields,
  limits: Limits,
): number {
  if (max_tokens !== null && max_completion_tokens !== null && max_tokens !== max_completion_tokens) {
    throw wrong('max_completion_tokens', max_completion_tokens, `the value of max_tokens, ${max_tokens}`);
  }
  const most = max_tokens ?? max_completion_tokens ?? Math.min(MAX_TOKENS, limits.maxTokens);
  if (min_tokens > most) throw wrong('min_tokens', min_tokens, `at most max_tokens, ${most}`);
  return most;
}
