import { textStart } from '../../data/text-start.ts';
import { modelOf } from '../models.ts';
import { checkService, type Service } from '../service.ts';

/** The spelling of the token that texts start behind: a newline, or the end token of items, which has no spelling of its own. */
export const START_TOKEN = '\n';

/** The response of `GET /tokenizer_info`: what vLLM reports of a tokenizer, as far as it applies. */
export interface TokenizerInfo {
  /** Kind of tokens. */
  readonly tokenizer_class: string;
  /** The token that texts start behind, which `tokenize` encodes as one id; null if the vocabulary has no newline. */
  readonly bos_token: string | null;
  /** The token that ends lines or items: the same. */
  readonly eos_token: string | null;
  /** The unknown token; null if there is none. */
  readonly unk_token: string | null;
  /** Vocabulary size. */
  readonly vocab_size: number;
  /** Maximum length of a prompt, in tokens. */
  readonly model_max_length: number;
  /** Models are not for chats. */
  readonly chat_template: null;
}

/**
 * Describes the tokenizer of a model, like `GET /tokenizer_info`.
 * @param model the model's name; null for the only model. Default null
 * @throws {ApiError} of status 404 when there is no such model, 400 when no name is given and there are several models
 * @throws {UnrolledError} `option-value` when service is not a Service
 */
export function tokenizerInfo(service: Service, model: string | null = null): TokenizerInfo {
  checkService('tokenizerInfo', service);
  const { saved } = modelOf(model, service.models);
  const { tokenizer, vocabulary } = saved;
  const start = textStart(saved) === null ? null : START_TOKEN;
  return {
    tokenizer_class: tokenizer.kind,
    bos_token: start,
    eos_token: start,
    unk_token: vocabulary.unknown,
    vocab_size: vocabulary.size,
    model_max_length: service.limits.promptTokens,
    chat_template: null,
  };
}
