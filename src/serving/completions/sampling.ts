import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import type { RepetitionOptions } from '../../generation/sampling/repetition.ts';
import type { SampleOptions } from '../../generation/sampling/sample.ts';
import { wrong } from '../fields.ts';
import type { Limits } from '../limits.ts';
import type { ServedModel } from '../served-model.ts';
import type { Adjustments } from './adjusted-writer.ts';
import { type CompletionFields, MAX_BIAS } from './fields.ts';

/** How the tokens of a completion are sampled. */
export interface Sampling {
  readonly options: SampleOptions & RepetitionOptions;
  readonly adjustments: Adjustments;
}

/** The sampling that a request describes. Throws ApiError when it leaves no token. */
export function samplingOf(
  fields: CompletionFields,
  { defaults, saved: { vocabulary } }: ServedModel,
  { promptTokens, maxTokens }: Pick<Limits, 'promptTokens' | 'maxTokens'>,
): Sampling {
  const temperature = fields.temperature ?? defaults.temperature ?? 1;
  const top_p = fields.top_p ?? defaults.top_p;
  const top_k = fields.top_k ?? defaults.top_k ?? 0;
  const min_p = fields.min_p ?? defaults.min_p;
  const typical_p = fields.typical_p ?? defaults.typical_p;
  const repetitionPenalty = fields.repetition_penalty ?? defaults.repetition_penalty ?? 1;
  const { presence_penalty, frequency_penalty, ignore_eos, min_tokens } = fields;
  const { banned, only, bias } = biasesOf(fields, vocabulary);
  return {
    options: {
      banned: [...vocabulary.unknownIds, ...banned],
      temperature,
      // 0 keeps one token: the most likely or the most typical one.
      ...(top_p !== undefined && { topP: Math.max(top_p, Number.MIN_VALUE) }),
      ...(top_k > 0 && { topK: top_k }),
      ...(min_p !== undefined && { minP: min_p }),
      ...(typical_p !== undefined && { typical: Math.max(typical_p, Number.MIN_VALUE) }),
      repetitionPenalty,
      // The window is allocated, and no text is longer than this.
      repetitionWindow: Math.min(fields.repetition_window, promptTokens + maxTokens),
    },
    adjustments: {
      bias,
      only,
      presencePenalty: presence_penalty,
      frequencyPenalty: frequency_penalty,
      minTokens: ignore_eos ? Number.POSITIVE_INFINITY : min_tokens,
      endId: vocabulary.endId,
    },
  };
}

interface Biases extends Pick<Adjustments, 'bias' | 'only'> {
  readonly banned: readonly number[];
}

/** Reads `logit_bias`. The largest biases are exact, whatever the logits and the temperature are. */
function biasesOf({ logit_bias, ...fields }: CompletionFields, vocabulary: Vocabulary): Biases {
  const entries = Object.entries(logit_bias).map(([id, by]): [number, number] => [Number(id), by]);
  const { size, endId, unknownIds } = vocabulary;
  const other = entries.find(([id]) => id >= size);
  if (other) throw wrong('logit_bias', other[0], `an object with token ids from 0 to ${size - 1}`);
  const idsOf = (bias: number) => entries.filter(([, by]) => by === bias).map(([id]) => id);
  const banned = idsOf(-MAX_BIAS);
  const only = idsOf(MAX_BIAS);
  const endless = fields.ignore_eos || fields.min_tokens > 0;
  const never = new Set([...banned, ...unknownIds, ...(endless ? [endId] : [])]);
  never.delete(-1);
  const left = only.length > 0 ? only.filter((id) => !never.has(id)).length : size - never.size;
  if (entries.length > 0 && left === 0) {
    throw wrong('logit_bias', logit_bias, 'an object that leaves a token to generate');
  }
  return { banned, only, bias: new Map(entries.filter(([, by]) => Math.abs(by) < MAX_BIAS)) };
}
