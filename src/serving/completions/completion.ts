import type { Lazy } from '../json/lazy.ts';
import type { Logprobs } from './logprobs.ts';

/** The first members of responses. */
export interface Head {
  /** A random id. */
  readonly id: string;
  readonly object: 'text_completion';
  /** Creation time, in seconds since 1970. */
  readonly created: number;
  /** The model's name. */
  readonly model: string;
}

/** Why a text ended; null while it continues. */
export type FinishReason = 'stop' | 'length' | null;

/** One completion of a response. */
export interface CompletionChoice {
  /** The generated text. */
  readonly text: string;
  /** Index among the choices: those of the first prompt come first. */
  readonly index: number;
  /** Log-probabilities of the tokens; null when not requested. */
  readonly logprobs: Logprobs | null;
  /** Why the text ended; null in all chunks of a stream but the last. */
  readonly finish_reason: FinishReason;
}

/** Token counts of a request. */
export interface TokenCounts {
  /** Tokens in the prompts. */
  readonly prompt_tokens: number;
  /** Generated tokens. */
  readonly completion_tokens: number;
  /** Prompt and generated tokens. */
  readonly total_tokens: number;
}

/** Token counts of a completed request. */
export interface CompletionUsage extends TokenCounts {
  /** Prompt tokens that were in the cache. */
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** The response of `POST /v1/completions`: https://platform.openai.com/docs/api-reference/completions/object */
export interface Completion extends Head {
  /** The completions. */
  readonly choices: readonly CompletionChoice[];
  /** Token counts. */
  readonly usage: CompletionUsage;
  /** Tokens of the prompts that are not in the vocabulary, if any; not part of OpenAI's API. */
  readonly unknown?: readonly string[];
}

/** One event of a stream. With `include_usage` the last one has no choices. */
export interface CompletionChunk extends Head {
  /** New text of one choice. */
  readonly choices: readonly CompletionChoice[];
  /**
   * Token counts, in the last event with `include_usage`, and those so far in each event with `continuous_usage_stats`; otherwise
   * null with `include_usage`.
   */
  readonly usage?: CompletionUsage | TokenCounts | null;
}

/** Receives an event of a stream; a promise pauses the completion until it settles. */
export type OnPiece = (chunk: CompletionChunk) => undefined | Promise<void>;

/** `OnPiece` without creating lists. */
export type OnLazyPiece = (chunk: Lazy<CompletionChunk>) => undefined | Promise<void>;
