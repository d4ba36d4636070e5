import { PENALTIES } from '../../generation/sampling/repetition.ts';
import type { DrawingOptions } from '../../generation/writing/writer.ts';
import type { Option, Switch, Values } from '../command.ts';
import {
  between,
  nonNegativeNumber,
  positiveInteger,
  positiveShare,
  text,
  zeroToOne,
} from './value-types.ts';

type ChoiceOptions = {
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

/** How a token is chosen, in order of application, except that the last three apply first. */
export const choiceOptions: ChoiceOptions = {
  temperature: {
    value: 'T',
    type: nonNegativeNumber,
    help: 'Below 1 safer, above 1 bolder; 0 takes the likeliest token each time',
    otherwise: 0.8,
  },
  'top-k': { value: 'K', type: positiveInteger, help: 'Draw among the K likeliest tokens', otherwise: 'all' },
  'top-p': {
    value: 'P',
    type: positiveShare,
    help: 'Draw among the likeliest tokens, up to this total probability',
    otherwise: 'all',
  },
  'min-p': {
    value: 'P',
    type: zeroToOne,
    help: 'Draw among tokens of at least this fraction of the highest probability',
    otherwise: 'all',
  },
  typical: {
    value: 'P',
    type: positiveShare,
    help: 'Draw among tokens of surprisal closest to the entropy, up to this total probability',
    otherwise: 'all',
  },
  'repetition-penalty': {
    value: 'R',
    type: between(PENALTIES.from, PENALTIES.to),
    help: 'Above 1, recent tokens become less likely',
    otherwise: 1,
  },
  'repetition-window': {
    value: 'N',
    type: positiveInteger,
    help: 'Number of recent tokens for --repetition-penalty',
    otherwise: 64,
  },
  ban: { value: 'TEXT', type: text, help: 'Never write the tokens of this text', otherwise: null },
  'allow-unknown': { help: 'Let the unknown token be written' },
};

/** The first given flag of those that say how to draw; what is banned is banned for any search. */
export function givenDrawing(values: Values<ChoiceOptions>): string | undefined {
  const { ban, 'allow-unknown': allow, ...drawing } = choiceOptions;
  const names = Object.keys(drawing) as (keyof typeof drawing)[];
  return names.find((name) => values[name] !== undefined);
}

/** @param banned the ids that `--ban` and `--allow-unknown` come to */
export function readChoice(values: Values<ChoiceOptions>, banned: readonly number[]): DrawingOptions {
  const { 'top-k': topK, 'top-p': topP, 'min-p': minP, typical } = values;
  const { 'repetition-penalty': repetitionPenalty, 'repetition-window': repetitionWindow } = values;
  return {
    temperature: values.temperature ?? 0.8,
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
