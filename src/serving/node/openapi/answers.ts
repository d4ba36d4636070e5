import type { Schema } from '../../fields.ts';

/** The name of a schema of a response. */
export type AnswerName =
  | 'Error'
  | 'Model'
  | 'ModelList'
  | 'Completion'
  | 'Score'
  | 'Suggestions'
  | 'TokenIds'
  | 'Text'
  | 'TokenizerInfo'
  | 'Health'
  | 'Version'
  | 'Document';

const string: Schema = { type: 'string' };
const boolean: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
/** JSON has no infinity; it is written as null. */
const real: Schema = { type: ['number', 'null'] };
const textOrNull: Schema = { type: ['string', 'null'] };

const listOf = (items: Schema): Schema => ({ type: 'array', items });
const only = (value: string): Schema => ({ const: value });
const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object of these members and no others. @param optional members that may be missing */
function objectOf(members: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(members).filter((name) => !optional.includes(name));
  return { type: 'object', properties: members, required, additionalProperties: false };
}

const error = objectOf({
  error: objectOf({ message: string, type: string, param: textOrNull, code: string }),
});

const model = objectOf({
  ...{ id: string, object: only('model'), created: count, owned_by: only('unrolled') },
  ...{ cell: string, layers: count, hidden: count, vocabulary: count, tokens: string, parameters: count },
});

const logprobs = objectOf({
  tokens: listOf(string),
  token_logprobs: listOf(real),
  top_logprobs: listOf({ type: ['object', 'null'], additionalProperties: { type: 'number' } }),
  text_offset: listOf(count),
});

const choice = objectOf({
  text: string,
  index: count,
  logprobs: { anyOf: [logprobs, { type: 'null' }] },
  finish_reason: { enum: ['stop', 'length', null] },
});

const completion = objectOf(
  {
    ...{ id: string, object: only('text_completion'), created: count, model: string },
    choices: listOf(choice),
    usage: objectOf({
      ...{ prompt_tokens: count, completion_tokens: count, total_tokens: count },
      prompt_tokens_details: objectOf({ cached_tokens: count }),
    }),
    unknown: listOf(string),
  },
  ['unknown'],
);

const probability = objectOf({ token: string, probability: { type: 'number' } });

const score = objectOf({
  ...{ object: only('score'), model: string, lines: count, tokens: count, unknownTokens: count },
  ...{ characters: count, bits: real, bitsPerToken: real, bitsPerCharacter: real, perplexity: real },
  ...{ bytes: count, bitsPerByte: real, words: count, perWordPerplexity: real },
  scores: listOf(
    objectOf({
      ...{ line: count, position: count, token: string, known: boolean, bits: real },
      ...{ rank: { type: ['integer', 'null'] }, alternatives: listOf(probability), text: string },
    }),
  ),
});

const suggestions = objectOf({
  ...{ object: only('suggestions'), model: string, half: string, mass: { type: 'number' } },
  next: listOf(probability),
});

const tokenizerInfo = objectOf({
  ...{ tokenizer_class: string, bos_token: textOrNull, eos_token: textOrNull, unk_token: textOrNull },
  ...{ vocab_size: count, model_max_length: count, chat_template: { type: 'null' } },
});

const health = objectOf({
  ...{ status: { enum: ['ok', 'stopping'] }, models: listOf(string), streams: count, queued: count },
});

/** The JSON Schemas of responses. */
export const answers: Readonly<Record<AnswerName, Schema>> = {
  Error: error,
  Model: model,
  ModelList: objectOf({ object: only('list'), data: listOf(named('Model')) }),
  Completion: completion,
  Score: score,
  Suggestions: suggestions,
  TokenIds: objectOf({ tokens: listOf(count), count, max_model_len: count }),
  Text: objectOf({ prompt: string }),
  TokenizerInfo: tokenizerInfo,
  Health: health,
  Version: objectOf({ version: string }),
  Document: { type: 'object' },
};
