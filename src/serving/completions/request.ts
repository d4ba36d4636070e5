import { randomInt } from 'node:crypto';
import { PENALTIES, type RepetitionOptions } from '../../generation/sampling/repetition.ts';
import type { SampleOptions } from '../../generation/sampling/sample.ts';
import type { Prompt } from '../../generation/writing/prompt.ts';
import { checkAnswer, notedBytes } from '../answer-size.ts';
import { badRequest } from '../api-error.ts';
import {
  type Body,
  checkIdle,
  checkNames,
  flag,
  number,
  object,
  texts,
  wholeNumber,
  wrong,
} from '../fields.ts';
import { modelOf } from '../find-model.ts';
import type { Limits } from '../limits.ts';
import { promptsOf } from '../prompts.ts';
import type { ServedModel } from '../served-model.ts';

const MOST_CHOICES = 128;
const MOST_STOPS = 16;
const MOST_ALTERNATIVES = 20;

/** What a client asks for; fields and defaults are those of OpenAI's `completions`. */
export interface CompletionRequest {
  readonly model: ServedModel;
  readonly prompts: readonly Prompt[];
  /** Choices of each prompt. */
  readonly n: number;
  readonly maxTokens: number;
  readonly drawing: SampleOptions & RepetitionOptions;
  readonly stops: readonly string[];
  /** Choice i is drawn with the seed + i. */
  readonly seed: number;
  /** How many of the likeliest tokens come with each; null for no probabilities. */
  readonly logprobs: number | null;
  readonly echo: boolean;
  readonly stream: boolean;
  /** Whether a stream ends with the numbers of tokens. */
  readonly usage: boolean;
}

const FIELDS = [
  ...[
    'model',
    'prompt',
    'max_tokens',
    'temperature',
    'top_p',
    'n',
    'stop',
    'seed',
    'logprobs',
    'echo',
    'stream',
  ],
  ...['stream_options', 'top_k', 'min_p', 'typical_p', 'repetition_penalty', 'repetition_window'],
];
/** Fields of OpenAI's that say nothing to us whatever they hold. */
const IGNORED = ['user', 'metadata', 'store', 'service_tier', 'best_of'];
/** Those that we don't have, with the value that asks for nothing. */
const IDLE = { suffix: '', presence_penalty: 0, frequency_penalty: 0, logit_bias: {} };
const IDLE_IN_STREAM = { include_obfuscation: false };

/** Throws ApiError for what is no request, or one beyond the limits. */
export function readCompletion(
  body: Body,
  models: readonly ServedModel[],
  limits: Limits,
): CompletionRequest {
  checkNames(body, [...FIELDS, ...IGNORED, ...Object.keys(IDLE)]);
  checkIdle(body, IDLE);
  const model = modelOf(body, models);
  const n = wholeNumber(body, 'n', { from: 1, to: MOST_CHOICES, otherwise: 1 });
  if ((body.best_of ?? n) !== n)
    throw wrong('best_of', body.best_of, `the value of n, ${n}: all are returned`);
  const request = {
    model,
    n,
    prompts: promptsOf(body, model.saved, limits, n),
    maxTokens: wholeNumber(body, 'max_tokens', {
      from: 0,
      to: limits.maxTokens,
      otherwise: Math.min(16, limits.maxTokens),
    }),
    drawing: drawingOf(body, model, limits),
    stops: texts(body, 'stop', MOST_STOPS),
    seed: seedOf(body),
    logprobs: (body.logprobs ?? null) === null ? null : alternatives(body, 'logprobs'),
    echo: flag(body, 'echo'),
    stream: flag(body, 'stream'),
    usage: asksForUsage(body),
  };
  checkAnswer(knownBytes(request), limits);
  return request;
}

/** How long the answer is by what is known of it; of a stream, by what is sent before the first token. */
function knownBytes({ prompts, n, maxTokens, logprobs, echo, stream }: CompletionRequest): number {
  const notes = (tokens: number) => (logprobs === null ? 0 : notedBytes(tokens, logprobs));
  const each = prompts.map(({ text, ids }) => {
    return (echo ? Buffer.byteLength(text) + notes(ids.length) : 0) + (stream ? 0 : notes(maxTokens));
  });
  return n * each.reduce((sum, bytes) => sum + bytes, 0);
}

export function alternatives(body: Body, name: string): number {
  return wholeNumber(body, name, { from: 0, to: MOST_ALTERNATIVES, otherwise: 0 });
}

function drawingOf(
  body: Body,
  { saved: { vocabulary } }: ServedModel,
  { promptTokens, maxTokens }: Limits,
): SampleOptions & RepetitionOptions {
  const share = (name: string, otherwise: number) => number(body, name, { from: 0, to: 1, otherwise });
  const count = (name: string, otherwise: number) =>
    wholeNumber(body, name, { from: 1, to: 2 ** 31 - 1, otherwise });
  const given = (name: string) => (body[name] ?? null) !== null;
  return {
    banned: vocabulary.unknownIds,
    temperature: number(body, 'temperature', { from: 0, to: 100, otherwise: 1 }),
    // Shares of 0 are allowed there; they leave one token, the likeliest or the most typical.
    ...(given('top_p') && { topP: Math.max(share('top_p', 1), Number.MIN_VALUE) }),
    ...(given('top_k') && { topK: count('top_k', 1) }),
    ...(given('min_p') && { minP: share('min_p', 0) }),
    ...(given('typical_p') && { typical: Math.max(share('typical_p', 1), Number.MIN_VALUE) }),
    repetitionPenalty: number(body, 'repetition_penalty', { ...PENALTIES, otherwise: 1 }),
    // No text is longer, and each has memory for its window.
    repetitionWindow: Math.min(count('repetition_window', 64), promptTokens + maxTokens),
  };
}

/** Any whole number, as OpenAI takes it; ours have 32 bits. */
function seedOf(body: Body): number {
  const { MIN_SAFE_INTEGER: from, MAX_SAFE_INTEGER: to } = Number;
  const seed = wholeNumber(body, 'seed', { from, to, otherwise: randomInt(2 ** 32) });
  return ((seed % 2 ** 32) + 2 ** 32) % 2 ** 32;
}

function asksForUsage(body: Body): boolean {
  const options = object(body, 'stream_options', '{"include_usage": true}');
  checkNames(options, ['include_usage', ...Object.keys(IDLE_IN_STREAM)], 'stream_options');
  checkIdle(options, IDLE_IN_STREAM);
  if ((body.stream_options ?? null) !== null && body.stream !== true) {
    throw badRequest(
      'stream_options are for streams alone; set stream to true, or leave them out.',
      'stream_options',
    );
  }
  return flag(options, 'include_usage');
}
