/**
 * Answers the requests of `unrolled serve` without HTTP, in a page, a worker or Node. Takes and returns the JSON bodies
 * of the HTTP API.
 *
 * @module unrolled/serving
 */

export { ApiError, type ErrorDetails, toApiError } from './api-error.ts';
export { type CompleteOptions, complete } from './completions/complete.ts';
export type {
  Completion,
  CompletionChoice,
  CompletionChunk,
  CompletionUsage,
  OnPiece,
  TokenCounts,
} from './completions/completion.ts';
export type { Logprobs } from './completions/logprobs.ts';
export type { Body } from './fields.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { listModels, type ModelList, type ModelRecord, showModel } from './models.ts';
export { type ScoreAnswer, score } from './score.ts';
export { type ServedModel, type ServedOptions, serve } from './served-model.ts';
export { type CallOptions, type Health, health, openService, type Service } from './service.ts';
export { type SuggestAnswer, suggest } from './suggest.ts';
export { type DetokenizeAnswer, detokenize, type TokenizeAnswer, tokenize } from './tokens/tokenize.ts';
export { type TokenizerInfo, tokenizerInfo } from './tokens/tokenizer-info.ts';
