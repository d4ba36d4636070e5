import { UnrolledError } from '../../errors.ts';
import { checkObject, optionsOf } from '../../kinds.ts';
import type { Body } from '../fields.ts';
import { eager, type Lazy } from '../json/lazy.ts';
import { type CallOptions, checkService, inSlots, type Service } from '../service.ts';
import { StreamedAnswer, WholeAnswer } from './answer.ts';
import type { Completion, CompletionChunk, OnLazyPiece, OnPiece } from './completion.ts';
import { completionDemand } from './demand.ts';
import { type CompletionRequest, readCompletion } from './request.ts';
import { writeAll } from './write.ts';

/** Options of `complete`. */
export interface CompleteOptions extends CallOptions {
  /** Receives the events of a response to a body with `"stream": true`, which requires it. */
  readonly onPiece?: OnPiece | undefined;
}

interface LazyOptions extends CallOptions {
  readonly onPiece?: OnLazyPiece | undefined;
}

/**
 * Completes prompts, like `POST /v1/completions`.
 * @param body the request's body
 * @returns the response; null for a body with `"stream": true`, whose events `onPiece` receives
 * @throws {ApiError} for an invalid body or one that exceeds a limit
 * @throws {UnrolledError} `token-unknown` or `text-empty` for a prompt that can't be encoded, `option-value` or `option-conflict` for
 * invalid arguments, `not-finite` when the model fails
 * @throws the signal's reason when it is aborted
 */
export function complete(
  service: Service,
  body: Body & { readonly stream?: false | null | undefined },
  options?: CallOptions,
): Promise<Completion>;
/**
 * Completes prompts; with `"stream": true` in the body, `onPiece` receives the events and the result is null.
 * @throws {ApiError} for an invalid body or one that exceeds a limit
 * @throws {UnrolledError} as above
 */
export function complete(service: Service, body: Body, options?: CompleteOptions): Promise<Completion | null>;
export async function complete(
  service: Service,
  body: Body,
  options: CompleteOptions = {},
): Promise<Completion | null> {
  const { onPiece, ...rest } = optionsOf('complete', options);
  const onLazyPiece = onPiece && ((chunk: Lazy<CompletionChunk>) => onPiece(eager<CompletionChunk>(chunk)));
  const answer = await completeLazily(service, body, { ...rest, onPiece: onLazyPiece });
  return answer && eager<Completion>(answer);
}

/** `complete` without creating lists. */
export function completeLazily(
  service: Service,
  body: Body,
  options: LazyOptions,
): Promise<Lazy<Completion> | null> {
  checkService('complete', service);
  checkObject('complete', 'the body', body, 'Pass { prompt }.');
  const { models, limits, admission } = service;
  admission.checkOpen();
  const request = readCompletion(body, models, limits, options);
  const answer = answerOf(request, options);
  // Not async: nothing keeps the body while the request waits.
  return inSlots(service, completionDemand(request), options, async (signal) => {
    return answer.end(await writeAll(request, signal, answer));
  });
}

function answerOf(request: CompletionRequest, { onPiece }: LazyOptions): WholeAnswer | StreamedAnswer {
  if (!request.stream) return new WholeAnswer(request);
  if (onPiece) return new StreamedAnswer(request, onPiece);
  throw new UnrolledError(
    'option-conflict',
    'complete: stream is true but onPiece is missing; a stream needs it. Pass onPiece, or leave stream out.',
  );
}
