import { getHeapStatistics } from 'node:v8';
import { defaultLimits, type Limits } from '../../serving/limits.ts';
import type { WithDefault } from '../command.ts';
import { nonNegativeInteger, positiveInteger, timerSeconds } from './value-types.ts';

const KB = 1024;
const MB = 1e6;
/** Share of the heap limit for requests. The rest is for the model, the cache and garbage. */
const HEAP_SHARE = 0.25;

type LimitOptions = {
  readonly [name in
    | 'max-body-kb'
    | 'max-prompt'
    | 'max-answer-mb'
    | 'max-tokens'
    | 'max-streams'
    | 'max-queue'
    | 'memory-mb'
    | 'timeout']: WithDefault<number>;
};

export const limitOptions: LimitOptions = {
  'max-body-kb': {
    value: 'KB',
    type: positiveInteger,
    help: 'Maximum size of a request body, in units of 1024 bytes; larger ones get status 413',
    default: defaultLimits.bodyBytes / KB,
  },
  'max-prompt': {
    value: 'N',
    type: positiveInteger,
    help: 'Maximum length of a prompt or a scored text, in tokens; longer ones get status 400',
    default: defaultLimits.promptTokens,
  },
  'max-answer-mb': {
    value: 'MB',
    type: positiveInteger,
    help: 'Maximum size of an answer, estimated from its prompts and probabilities; larger ones get status 400',
    default: defaultLimits.answerBytes / MB,
  },
  'max-tokens': {
    value: 'N',
    type: positiveInteger,
    help: 'Maximum value of max_tokens in a request; higher ones get status 400',
    default: defaultLimits.maxTokens,
  },
  'max-streams': {
    value: 'N',
    type: positiveInteger,
    help: 'Maximum number of active completions; further requests wait',
    default: defaultLimits.streams,
  },
  'max-queue': {
    value: 'N',
    type: nonNegativeInteger,
    help: 'Maximum number of waiting requests; further ones get status 429',
    default: defaultLimits.queue,
  },
  'memory-mb': {
    value: 'MB',
    type: positiveInteger,
    help: 'Maximum estimated memory of all requests and responses; further requests wait, then get status 429',
    default: Math.max(1, Math.floor((HEAP_SHARE * getHeapStatistics().heap_size_limit) / MB)),
    otherwise: 'a quarter of the heap limit',
  },
  timeout: {
    value: 'SECONDS',
    type: timerSeconds,
    help: 'Time limit of a request, including waiting; after it, status 503 or an error in the stream',
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
    memoryBytes: MB * values['memory-mb'],
    seconds: values.timeout,
  };
}
