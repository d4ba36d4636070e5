import { UnrolledError } from '../../errors.ts';
import { checkObject, optionsOf } from '../../kinds.ts';
import type { Body } from '../fields.ts';
import { type CallOptions, checkService, inSlots, type Service } from '../service.ts';
import { type Completion, type OnPiece, StreamedAnswer, WholeAnswer } from './answer.ts';
import { type CompletionRequest, readCompletion } from './request.ts';
import { writeAll } from './write.ts';

export interface CompleteOptions extends CallOptions {
  /** Receives the pieces of the answer to a body with `"stream": true`. */
  readonly onPiece?: OnPiece | undefined;
}

/**
 * Continues prompts: what `POST /v1/completions` does, with its body.
 * @returns the answer; null for a body with `"stream": true`, whose pieces `onPiece` has taken
 * @throws ApiError for an invalid body or one beyond the limits, UnrolledError for a prompt that can't be encoded and for
 * a model that fails, and the signal's reason
 */
export function complete(
  service: Service,
  body: Body & { readonly stream?: false | null | undefined },
  options?: CallOptions,
): Promise<Completion>;
export function complete(service: Service, body: Body, options?: CompleteOptions): Promise<Completion | null>;
export async function complete(
  service: Service,
  body: Body,
  options: CompleteOptions = {},
): Promise<Completion | null> {
  checkService('complete', service);
  checkObject('complete', 'the body', body, 'Give that of a request.');
  optionsOf('complete', options);
  const { models, limits, admission } = service;
  admission.checkOpen();
  const request = readCompletion(body, models, limits);
  const answer = answerOf(request, options);
  return inSlots(service, request.prompts.length * request.n, options, async (signal) => {
    return answer.end(await writeAll(request, signal, (index, piece) => answer.emit(index, piece)));
  });
}

function answerOf(request: CompletionRequest, { onPiece }: CompleteOptions): WholeAnswer | StreamedAnswer {
  if (!request.stream) return new WholeAnswer(request);
  if (onPiece) return new StreamedAnswer(request, onPiece);
  throw new UnrolledError(
    'option-conflict',
    'complete: the body asks for a stream but there is no onPiece; a stream needs it. Pass onPiece, or leave stream out.',
  );
}
