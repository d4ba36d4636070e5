import type { Limits } from '../../serving/limits.ts';
import type { Option } from '../command.ts';
import { positiveInteger, timerSeconds, wholeNumber } from './value-types.ts';

type LimitOptions = {
  readonly [name in
    | 'max-body-kb'
    | 'max-prompt'
    | 'max-answer-mb'
    | 'max-tokens'
    | 'max-streams'
    | 'max-queue'
    | 'timeout']: Option<number> & {
    readonly default: number;
  };
};

export const limitOptions: LimitOptions = {
  'max-body-kb': {
    value: 'KB',
    type: positiveInteger,
    help: 'The longest body of a request; above it 413',
    default: 1024,
  },
  'max-prompt': {
    value: 'N',
    type: positiveInteger,
    help: 'Tokens of the longest prompt, or text to score; above it 400',
    default: 8192,
  },
  'max-answer-mb': {
    value: 'MB',
    type: positiveInteger,
    help: 'The longest answer, by the prompts that it repeats and its probabilities; above it 400',
    default: 32,
  },
  'max-tokens': {
    value: 'N',
    type: positiveInteger,
    help: 'Tokens that a request may ask for, for each choice; above it 400',
    default: 4096,
  },
  'max-streams': {
    value: 'N',
    type: positiveInteger,
    help: 'Texts that are written at once; further requests wait',
    default: 1024,
  },
  'max-queue': {
    value: 'N',
    type: wholeNumber,
    help: 'Requests that wait; further ones get 429',
    default: 1024,
  },
  timeout: {
    value: 'SECONDS',
    type: timerSeconds,
    help: 'The longest that a request takes, waiting included; above it 503, or an error in the stream',
    default: 300,
  },
};

export function readLimits(values: { readonly [name in keyof LimitOptions]: number }): Limits {
  return {
    bodyBytes: 1024 * values['max-body-kb'],
    promptTokens: values['max-prompt'],
    answerBytes: 1e6 * values['max-answer-mb'],
    maxTokens: values['max-tokens'],
    streams: values['max-streams'],
    queue: values['max-queue'],
    seconds: values.timeout,
  };
}
