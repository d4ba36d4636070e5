import { defaultLimits, type Limits } from '../../serving/limits.ts';
import type { WithDefault } from '../command.ts';
import { positiveInteger, timerSeconds, wholeNumber } from './value-types.ts';

const KB = 1024;
const MB = 1e6;

type LimitOptions = {
  readonly [name in
    | 'max-body-kb'
    | 'max-prompt'
    | 'max-answer-mb'
    | 'max-tokens'
    | 'max-streams'
    | 'max-queue'
    | 'timeout']: WithDefault<number>;
};

export const limitOptions: LimitOptions = {
  'max-body-kb': {
    value: 'KB',
    type: positiveInteger,
    help: 'Maximum size of a request body; a larger one gets 413',
    default: defaultLimits.bodyBytes / KB,
  },
  'max-prompt': {
    value: 'N',
    type: positiveInteger,
    help: 'Maximum tokens of a prompt, or of a text to score; more get 400',
    default: defaultLimits.promptTokens,
  },
  'max-answer-mb': {
    value: 'MB',
    type: positiveInteger,
    help: 'Maximum size of an answer, by the prompts and probabilities in it; a larger one gets 400',
    default: defaultLimits.answerBytes / MB,
  },
  'max-tokens': {
    value: 'N',
    type: positiveInteger,
    help: 'Maximum tokens that a request may ask for, for each choice; more get 400',
    default: defaultLimits.maxTokens,
  },
  'max-streams': {
    value: 'N',
    type: positiveInteger,
    help: 'Maximum active completions; further requests wait',
    default: defaultLimits.streams,
  },
  'max-queue': {
    value: 'N',
    type: wholeNumber,
    help: 'Maximum requests that wait; further ones get 429',
    default: defaultLimits.queue,
  },
  timeout: {
    value: 'SECONDS',
    type: timerSeconds,
    help: 'Maximum time of a request, waiting included; after it 503, or an error in the stream',
    default: defaultLimits.seconds,
  },
};

export function readLimits(values: { readonly [name in keyof LimitOptions]: number }): Limits {
  return {
    bodyBytes: KB * values['max-body-kb'],
    promptTokens: values['max-prompt'],
    answerBytes: MB * values['max-answer-mb'],
    maxTokens: values['max-tokens'],
    streams: values['max-streams'],
    queue: values['max-queue'],
    seconds: values.timeout,
  };
}
