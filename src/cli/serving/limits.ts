import { positiveInteger, timerSeconds, wholeNumber } from '../arguments/value-types.ts';
import type { Option } from '../command.ts';

/** What a server takes on, at most; beyond it a request is refused with its status. */
export interface Limits {
  /** Of a request's body. */
  readonly bodyBytes: number;
  /** Of one prompt, or of a text to score. */
  readonly promptTokens: number;
  /** Of an answer, as far as it is known before: the prompts in it, and probabilities. */
  readonly answerBytes: number;
  /** Written for one choice. */
  readonly maxTokens: number;
  /** Texts under way at once, of all requests together. */
  readonly streams: number;
  /** Requests that wait for their turn. */
  readonly queue: number;
  /** From the request to the end of its answer, waiting included. */
  readonly seconds: number;
}

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
