import { PENALTIES } from '../../generation/sampling/repetition.ts';
import { flag, integer, real } from '../../kinds.ts';
import { cacheSalt } from '../cache/scope.ts';
import {
  anyText,
  type Body,
  type FieldKind,
  type Fields,
  ignored,
  isObject,
  nested,
  optional,
  type Reading,
  readFields,
  texts,
  unsupported,
} from '../fields.ts';
import { type Limits, MAX_ALTERNATIVES } from '../limits.ts';
import { type Prompts, promptKind } from './prompts.ts';
import { seedKind } from './seed.ts';

/** Largest absolute value in `logit_bias`: −100 bans a token, 100 leaves only tokens with it. */
export const MAX_BIAS = 100;
const MAX_BIASES = 1024;

const choices = integer({ from: 1, to: 128 });
const share = real({ from: 0, to: 1 });
const amount = integer({ from: 1, to: 2 ** 31 - 1 });
const penalty = real({ from: -2, to: 2 });
const bias = real({ from: -MAX_BIAS, to: MAX_BIAS });

/** Biases by token id, such as `{"50": -100}`. */
const biases: FieldKind<Readonly<Record<string, number>>> = {
  needs: `an object of up to ${MAX_BIASES} token ids with numbers from ${-MAX_BIAS} to ${MAX_BIAS}`,
  schema: {
    type: 'object',
    propertyNames: { pattern: '^\\d{1,10}$' },
    maxProperties: MAX_BIASES,
    additionalProperties: { type: 'number', minimum: -MAX_BIAS, maximum: MAX_BIAS },
  },
  accepts: (value): value is Readonly<Record<string, number>> => {
    if (!isObject(value)) return false;
    const entries = Object.entries(value);
    return (
      entries.length <= MAX_BIASES && entries.every(([id, by]) => /^\d{1,10}$/.test(id) && bias.accepts(by))
    );
  },
};

const streamFields = {
  include_usage: optional(flag, false, 'Send a last event with the token counts.'),
  continuous_usage_stats: optional(flag, false, 'Send the token counts so far in each event.'),
  include_obfuscation: unsupported(false),
} satisfies Fields;

/** The values of the fields that a completion uses. */
export interface CompletionFields {
  readonly model: string | null;
  readonly prompt: Prompts;
  readonly max_tokens: number | null;
  readonly max_completion_tokens: number | null;
  readonly min_tokens: number;
  readonly temperature: number | null;
  readonly top_p: number | null;
  readonly n: number;
  readonly best_of: number | null;
  readonly stop: string | readonly string[];
  readonly ignore_eos: boolean;
  readonly seed: number | bigint | null;
  readonly logprobs: number | null;
  readonly echo: boolean;
  readonly stream: boolean;
  readonly stream_options: StreamOptions | null;
  readonly logit_bias: Readonly<Record<string, number>>;
  readonly presence_penalty: number;
  readonly frequency_penalty: number;
  readonly top_k: number | null;
  readonly min_p: number | null;
  readonly typical_p: number | null;
  readonly repetition_penalty: number | null;
  readonly repetition_window: number;
  readonly cache_salt: string;
}

/** The values of `stream_options`. */
interface StreamOptions {
  readonly include_usage: boolean;
  readonly continuous_usage_stats: boolean;
}

/** The fields of a completion. */
export const completionFields: (limits: Limits) => Fields = tableOf;

/** Reads the fields of a completion. Throws ApiError as `readFields` does. */
export function readCompletionFields(body: Body, limits: Limits, reading: Reading): CompletionFields {
  return readFields(body, tableOf(limits), reading);
}

function tableOf({ maxTokens }: Limits) {
  const tokens = integer({ from: 0, to: maxTokens });
  return {
    model: optional(anyText, null, 'Name of the model. Default: the only model.'),
    prompt: optional(promptKind, '', 'Prompts, as texts or token ids.'),
    max_tokens: optional(tokens, null, 'Maximum number of tokens per choice. Default 16.'),
    max_completion_tokens: optional(tokens, null, 'Another name of max_tokens.'),
    min_tokens: optional(tokens, 0, 'Number of tokens before which a completion does not stop.'),
    temperature: optional(
      real({ from: 0, to: 100 }),
      null,
      'Sampling temperature; 0 takes the most likely token. Default: that of the model file, or 1.',
    ),
    top_p: optional(share, null, 'Sample from the most likely tokens, up to this total probability.'),
    n: optional(choices, 1, 'Number of choices per prompt.'),
    best_of: optional(
      choices,
      null,
      'Number of completions per prompt of which the n best are returned. Default: n.',
    ),
    stop: optional(texts(16), [], 'Stop strings; the completion ends before the first one that occurs.'),
    ignore_eos: optional(flag, false, 'Whether a completion continues at the end of an item.'),
    seed: optional(seedKind, null, 'Random seed; choice i is sampled with the seed + i. Default: random.'),
    logprobs: optional(
      integer({ from: 0, to: MAX_ALTERNATIVES }),
      null,
      'Return the log-probability of each token and of this many most likely alternatives.',
    ),
    echo: optional(flag, false, 'Whether the prompt is included in the text.'),
    stream: optional(flag, false, 'Whether to send server-sent events.'),
    stream_options: nested(streamFields, '{"include_usage": true}', 'Options of a stream.'),
    logit_bias: optional(
      biases,
      {},
      'Added to the logits of tokens by id; -100 bans a token, 100 forces it.',
    ),
    presence_penalty: optional(
      penalty,
      0,
      'Subtracted from the logits of tokens that were generated before.',
    ),
    frequency_penalty: optional(
      penalty,
      0,
      'Subtracted from the logit of a token for each time it was generated before.',
    ),
    // Not in OpenAI's API.
    top_k: optional(
      integer({ from: -1, to: 2 ** 31 - 1 }),
      null,
      'Sample from this many most likely tokens; 0 or -1: all.',
    ),
    min_p: optional(share, null, 'Sample from tokens of at least this fraction of the highest probability.'),
    typical_p: optional(
      share,
      null,
      'Sample from the tokens of typical surprisal, up to this total probability.',
    ),
    repetition_penalty: optional(real(PENALTIES), null, 'Values above 1 make recent tokens less likely.'),
    repetition_window: optional(amount, 64, 'Number of recent tokens that repetition_penalty applies to.'),
    cache_salt: optional(cacheSalt, '', 'Only requests with the same one share cached prompts.'),
    // Other fields of OpenAI's API.
    user: ignored,
    metadata: ignored,
    store: ignored,
    service_tier: ignored,
    suffix: unsupported(''),
  } satisfies Fields;
}
