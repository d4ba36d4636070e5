import type { SamplingDefaults } from '../../generation/sampling/model-defaults.ts';
import { PENALTIES } from '../../generation/sampling/repetition.ts';
import type { NextTokenOptions } from '../../generation/writing/writer.ts';
import type { Option, Switch, Values } from '../command.ts';
import { between, fraction, nonNegativeNumber, positiveInteger, text, zeroToOne } from './value-types.ts';

type SamplingOptions = {
  readonly temperature: Option<number>;
  readonly 'top-k': Option<number>;
  readonly 'top-p': Option<number>;
  readonly 'min-p': Option<number>;
  readonly typical: Option<number>;
  readonly 'repetition-penalty': Option<number>;
  readonly 'repetition-window': Option<number>;
  readonly ban: Option<string>;
  readonly 'allow-unknown': Switch;
};

/** The sampling flags, in order of application, except that the last three apply first. */
export const samplingOptions: SamplingOptions = {
  temperature: {
    value: 'T',
    type: nonNegativeNumber,
    help: 'Sampling temperature: below 1 more conservative, above 1 more random; 0 always takes the most likely token',
    otherwise: "the model file's, or 0.8",
  },
  'top-k': {
    value: 'K',
    type: positiveInteger,
    help: 'Sample from the K most likely tokens',
    otherwise: 'all',
  },
  'top-p': {
    value: 'P',
    type: fraction,
    help: 'Nucleus sampling: sample from the most likely tokens, up to total probability P',
    otherwise: 'all',
  },
  'min-p': {
    value: 'P',
    type: zeroToOne,
    help: 'Sample from the tokens with at least P times the highest probability',
    otherwise: 'all',
  },
  typical: {
    value: 'P',
    type: fraction,
    help: 'Typical sampling: sample from the tokens whose surprisal is closest to the entropy, up to total probability P',
    otherwise: 'all',
  },
  'repetition-penalty': {
    value: 'R',
    type: between(PENALTIES.from, PENALTIES.to),
    help: 'Values above 1 make recent tokens less likely',
    otherwise: 1,
  },
  'repetition-window': {
    value: 'N',
    type: positiveInteger,
    help: 'Number of recent tokens that --repetition-penalty applies to',
    otherwise: 64,
  },
  ban: { value: 'TEXT', type: text, help: 'Never generate the tokens of this text', otherwise: null },
  'allow-unknown': { help: 'Allow the unknown token to be generated' },
};

/** The first given flag that affects sampling alone; `--ban` and `--allow-unknown` also apply to beam search. */
export function givenSamplingFlag(values: Values<SamplingOptions>): string | undefined {
  const { ban, 'allow-unknown': allow, ...samplingOnly } = samplingOptions;
  const names = Object.keys(samplingOnly) as (keyof typeof samplingOnly)[];
  return names.find((name) => values[name] !== undefined);
}

/**
 * The values of the flags; where one is not given, the default of the model file, if any.
 * @param banned the ids that `--ban` and `--allow-unknown` exclude
 */
export function readSampling(
  values: Values<SamplingOptions>,
  banned: readonly number[],
  defaults: SamplingDefaults,
): NextTokenOptions {
  const topK = values['top-k'] ?? (defaults.top_k || undefined); // 0 means all
  const topP = values['top-p'] ?? defaults.top_p;
  const minP = values['min-p'] ?? defaults.min_p;
  const typical = values.typical ?? defaults.typical_p;
  const repetitionPenalty = values['repetition-penalty'] ?? defaults.repetition_penalty;
  const repetitionWindow = values['repetition-window'];
  return {
    temperature: values.temperature ?? defaults.temperature ?? 0.8,
    banned,
    allowUnknown: values['allow-unknown'],
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
    ...(typical !== undefined && { typical }),
    ...(repetitionPenalty !== undefined && { repetitionPenalty }),
    ...(repetitionWindow !== undefined && { repetitionWindow }),
  };
}
