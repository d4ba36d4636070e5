import { idsOf } from '../../data/id-encoder.ts';
import { decodeText } from '../../data/text-codec.ts';
import { textStart } from '../../data/text-start.ts';
import { checkObject, flag } from '../../kinds.ts';
import type { TextModel } from '../../models/model-file.ts';
import { anyText, type Body, type Fields, optional, readFields, required } from '../fields.ts';
import { eager, type Lazy, LazyList } from '../json/lazy.ts';
import { modelOf } from '../models.ts';
import { outputBytes, requestBytes, textBytes } from '../scheduling/memory.ts';
import { type CallOptions, checkService, inSlots, type Service, type ServiceDemand } from '../service.ts';
import { checkIds, idList } from './token-ids.ts';
import { START_TOKEN } from './tokenizer-info.ts';

/** The response of `POST /tokenize`, with the fields of vLLM's. */
export interface TokenizeAnswer {
  /** The token ids. */
  readonly tokens: readonly number[];
  /** Number of tokens. */
  readonly count: number;
  /** Maximum length of a prompt, in tokens. */
  readonly max_model_len: number;
}

/** The response of `POST /detokenize`. */
export interface DetokenizeAnswer {
  /** The text of the tokens. */
  readonly prompt: string;
}

const textFields = {
  model: optional(anyText, null, 'Name of the model. Default: the only model.'),
  prompt: required(anyText, 'The text to encode.'),
  add_special_tokens: optional(flag, true, 'No effect: the models have no special tokens around a text.'),
} satisfies Fields;

/** The fields of a request to encode. */
export const tokenizeFields: Fields = textFields;

const idFields = {
  model: optional(anyText, null, 'Name of the model. Default: the only model.'),
  tokens: required(idList, 'The ids to decode.'),
} satisfies Fields;

/** The fields of a request to decode. */
export const detokenizeFields: Fields = idFields;

/**
 * Encodes a text as the token ids of a model, like `POST /tokenize`. The text `\n` alone is the token that texts start behind;
 * no other special token exists, so `add_special_tokens` has no effect.
 * @param body the request's body
 * @throws {ApiError} for an invalid body or one that exceeds a limit
 * @throws {UnrolledError} `token-unknown` for a text that can't be encoded, `option-value` for invalid arguments
 * @throws the signal's reason when it is aborted
 */
export async function tokenize(
  service: Service,
  body: Body,
  options: CallOptions = {},
): Promise<TokenizeAnswer> {
  return eager<TokenizeAnswer>(await tokenizeLazily(service, body, options));
}

/** `tokenize` without creating the list of ids. */
export function tokenizeLazily(
  service: Service,
  body: Body,
  options: CallOptions,
): Promise<Lazy<TokenizeAnswer>> {
  checkService('tokenize', service);
  checkObject('tokenize', 'the body', body, 'Pass { prompt }.');
  const { model, prompt } = readFields(body, textFields, options);
  const ids = Int32Array.from(promptIds(prompt, modelOf(model, service.models).saved));
  return inSlots(service, demandOf(prompt, ids.length), options, async () => {
    const tokens = new LazyList(() => ids.values());
    return { tokens, count: ids.length, max_model_len: service.limits.promptTokens };
  });
}

/**
 * Decodes token ids to text, like `POST /detokenize`.
 * @param body the request's body
 * @throws {ApiError} for an invalid body, one that exceeds a limit, or an id outside the vocabulary
 * @throws {UnrolledError} `option-value` for invalid arguments
 * @throws the signal's reason when it is aborted
 */
export async function detokenize(
  service: Service,
  body: Body,
  options: CallOptions = {},
): Promise<DetokenizeAnswer> {
  checkService('detokenize', service);
  checkObject('detokenize', 'the body', body, 'Pass { tokens }.');
  const { model, tokens } = readFields(body, idFields, options);
  const { saved } = modelOf(model, service.models);
  checkIds('tokens', tokens, saved.vocabulary);
  const prompt = decodeText(tokens, saved);
  return inSlots(service, demandOf(prompt, tokens.length), options, async () => ({ prompt }));
}

/** What a request needs: no slot, since the model does nothing, but memory until the client has read the response. */
function demandOf(text: string, tokens: number): ServiceDemand {
  const waitingBytes = requestBytes() + textBytes(text, tokens);
  return { slots: 0, bytes: waitingBytes + outputBytes(), waitingBytes };
}

function promptIds(prompt: string, saved: TextModel): Iterable<number> {
  const start = prompt === START_TOKEN ? textStart(saved) : null;
  return start === null ? idsOf(prompt, saved) : [start];
}
