import type { Prompt } from '../../generation/writing/prompt.ts';
import {
  countsBytes,
  outputBytes,
  requestBytes,
  scoresBytes,
  sequenceBytes,
  stateBytes,
  textBytes,
} from '../scheduling/memory.ts';
import type { ServiceDemand } from '../service.ts';
import type { CompletionRequest } from './request.ts';

/** What a completion request needs at most, if every choice has all of its tokens. */
export function completionDemand(request: CompletionRequest): ServiceDemand {
  const { prompts, bestOf, sampling } = request;
  const waitingBytes =
    requestBytes() +
    countsBytes(sampling.adjustments.bias.size) +
    sum(request.stops, (stop) => textBytes(stop, 0)) +
    sum(prompts, ({ text, ids, unknown }) => textBytes(text, ids.length, unknown.length));
  const choice = choiceBytes(request);
  const admitted = outputBytes() + sum(prompts, (prompt) => promptBytes(prompt, request) + bestOf * choice);
  return { slots: prompts.length * bestOf, bytes: waitingBytes + admitted, waitingBytes };
}

/** The state and the echo of a prompt, which its choices share. */
function promptBytes({ text, ids }: Prompt, { model, echo, logprobs }: CompletionRequest): number {
  const echoed = echo ? textBytes(text, ids.length) : 0;
  return (
    stateBytes(model.start, 1) + echoed + (echo && logprobs !== null ? scoresBytes(ids.length, logprobs) : 0)
  );
}

/** A stream keeps nothing of what it has sent but the ids. */
function choiceBytes({ model, maxTokens, sampling, stream, logprobs }: CompletionRequest): number {
  const { repetitionPenalty = 1, repetitionWindow = 0 } = sampling.options;
  const counted =
    Math.min(maxTokens, model.saved.vocabulary.size) + (repetitionPenalty === 1 ? 0 : repetitionWindow);
  return (
    stateBytes(model.start, 1) +
    sequenceBytes(maxTokens, stream) +
    countsBytes(counted) +
    (logprobs === null ? 0 : scoresBytes(stream ? 1 : maxTokens, logprobs))
  );
}

function sum<T>(list: readonly T[], bytesOf: (one: T) => number): number {
  return list.reduce((all, one) => all + bytesOf(one), 0);
}
