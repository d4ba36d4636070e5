import { ApiError, badRequest } from './api-error.ts';

/** What a service takes on, at most; beyond it a request is refused with its status. */
export interface Limits {
  /** Length of a request's body, in bytes; for the HTTP server. */
  readonly bodyBytes: number;
  /** Tokens of one prompt, or of a text to score. */
  readonly promptTokens: number;
  /** Length of an answer in bytes, as far as it is known before: the prompts in it, and probabilities. */
  readonly answerBytes: number;
  /** Tokens written for one choice. */
  readonly maxTokens: number;
  /** Active sequences, of all requests together; each takes a slot. */
  readonly streams: number;
  /** Requests that wait for slots. */
  readonly queue: number;
  /** Time from a request to the end of its answer, waiting included; for the HTTP server. */
  readonly seconds: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 1024 * 1024,
  promptTokens: 8192,
  answerBytes: 32e6,
  maxTokens: 4096,
  streams: 1024,
  queue: 1024,
  seconds: 300,
};

/** How many of the likeliest tokens an answer may name beside each token. */
export const MOST_ALTERNATIVES = 20;

/** Approximate bytes in an answer of a token with its probability, and of an alternative. */
const TOKEN_BYTES = 100;
const ALTERNATIVE_BYTES = 50;

/**
 * Approximate bytes in an answer of `tokens` tokens with their probabilities and `alternatives` alternatives
 * each.
 */
export function logprobsBytes(tokens: number, alternatives: number): number {
  return tokens * (TOKEN_BYTES + alternatives * ALTERNATIVE_BYTES);
}

/** Throws for an answer that would be too long: it lies in memory until its client has read it. */
export function checkAnswer(bytes: number, { answerBytes }: Limits): void {
  if (bytes <= answerBytes) return;
  const [needed, most] = [bytes, answerBytes].map((size) => Math.ceil(size / 1e6));
  throw new ApiError(
    400,
    'answer_too_large',
    `The answer would have about ${needed} MB; the limit is ${most} MB. Ask for fewer completions or probabilities, or for shorter ones.`,
  );
}

/** Throws for a text that is too long. @param name of the field that holds it */
export function checkLength(name: string, tokens: number, most: number): void {
  if (tokens <= most) return;
  throw badRequest(
    `${name} has ${tokens} tokens; the limit is ${most}. Shorten it.`,
    name,
    'context_length_exceeded',
  );
}
