import { ApiError, badRequest } from './api-error.ts';

/** Limits of a service. A request that exceeds one is rejected with an error status. */
export interface Limits {
  /** Maximum size of a request's body, in bytes; HTTP server only. Default 1,048,576. */
  readonly bodyBytes: number;
  /** Maximum length of a prompt or of a text to score, in tokens. Default 8192. */
  readonly promptTokens: number;
  /** Maximum estimated size of a response, in bytes: echoed prompts and log-probabilities. Default 32,000,000. */
  readonly answerBytes: number;
  /** Maximum number of tokens per completion. Default 4096. */
  readonly maxTokens: number;
  /** Number of slots: maximum number of active sequences of all requests. Default 1024. */
  readonly streams: number;
  /** Maximum number of requests waiting for slots. Default 1024. */
  readonly queue: number;
  /**
   * Maximum estimated memory of all requests, in bytes: a quarter of it for requests whose bodies are being read and for waiting
   * ones, the rest for the others with their responses. Default 256,000,000; `unrolled serve` uses a quarter of the heap limit.
   */
  readonly memoryBytes: number;
  /** Timeout from the start of a request to the end of its response, waiting included, in seconds; HTTP server only. Default 300. */
  readonly seconds: number;
}

/** The default limits. */
export const defaultLimits: Limits = {
  bodyBytes: 1024 * 1024,
  promptTokens: 8192,
  answerBytes: 32e6,
  maxTokens: 4096,
  streams: 1024,
  queue: 1024,
  memoryBytes: 256e6,
  seconds: 300,
};

/** Maximum number of alternatives per token. */
export const MAX_ALTERNATIVES = 20;

/** Approximate bytes in a response per token with its probability, and per alternative. */
const TOKEN_BYTES = 100;
const ALTERNATIVE_BYTES = 50;

/**
 * Approximate bytes in a response of `tokens` tokens with their probabilities and `alternatives` alternatives each.
 */
export function logprobsBytes(tokens: number, alternatives: number): number {
  return tokens * (TOKEN_BYTES + alternatives * ALTERNATIVE_BYTES);
}

/** Throws for a response that would be too large: it stays in memory until the client has read it. */
export function checkAnswer(bytes: number, { answerBytes }: Limits): void {
  if (bytes <= answerBytes) return;
  const [needed, most] = [bytes, answerBytes].map((size) => Math.ceil(size / 1e6));
  throw new ApiError(
    400,
    'answer_too_large',
    `The response would be about ${needed} MB; the limit is ${most} MB. Request fewer or shorter completions, or fewer probabilities.`,
  );
}

/** Throws for a text that is too long. @param name the text's field */
export function checkLength(name: string, tokens: number, most: number): void {
  if (tokens <= most) return;
  throw badRequest(
    `${name} has ${tokens} tokens; the limit is ${most}. Shorten it.`,
    name,
    'context_length_exceeded',
  );
}
