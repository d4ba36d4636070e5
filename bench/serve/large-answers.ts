import { Random } from '../../src/index.ts';
import { randomText } from './model.ts';
import type { Kind } from './pressure.ts';

export interface LargeAnswers {
  /** Number of words of the model. */
  readonly words: number;
  /** Length of texts to score, in words. */
  readonly length: number;
  /** Number of generated tokens; `max_tokens` is at least 4096, and a stop string ends shorter texts. */
  readonly tokens: number;
}

const MAX_TOKENS = 4096;

/** Small requests with large answers, each within all limits of the server. */
export function largeAnswers({ words, length, tokens }: LargeAnswers): Kind[] {
  const random = new Random(1);
  const text = randomText(random, length, words);
  const long = `${text} `.repeat(5);
  const ids = Array.from({ length: 5 * length }, (_, i) => i % words);
  const written =
    tokens < MAX_TOKENS ? { max_tokens: MAX_TOKENS, stop: stops(words) } : { max_tokens: tokens };
  const completions = '/v1/completions';
  const body = (fields: object) => ({ prompt: 'w1', seed: 1, logprobs: 20, ...fields });
  return [
    {
      name: 'score',
      path: '/v1/score',
      body: { text, alternatives: 20 },
      isRight: (answer) => JSON.parse(answer).scores.length === length,
    },
    {
      name: 'echo',
      path: completions,
      body: body({ prompt: text, echo: true, max_tokens: 0 }),
      isRight: (answer) => JSON.parse(answer).choices[0].logprobs.tokens.length === length,
    },
    {
      name: 'probabilities',
      path: completions,
      body: body(written),
      isRight: (answer) => isComplete(JSON.parse(answer)),
    },
    {
      name: 'stream',
      path: completions,
      body: body({ ...written, stream: true, echo: true, stream_options: { include_usage: true } }),
      isRight: isCompleteStream,
    },
    {
      name: 'suggest',
      path: '/v1/suggest',
      body: { text: `${randomText(random, 20, words)} `, top: 1000 },
      isRight: (answer) => JSON.parse(answer).next.length > 0,
    },
    {
      name: 'tokenize',
      path: '/tokenize',
      body: { prompt: long },
      isRight: (answer) => JSON.parse(answer).tokens.length === 5 * length,
    },
    {
      name: 'detokenize',
      path: '/detokenize',
      body: { tokens: ids },
      isRight: (answer) => JSON.parse(answer).prompt.length > 5 * length,
    },
  ];
}

/** Strings that end most texts after a few words. */
function stops(words: number): string[] {
  return Array.from({ length: Math.min(8, words) }, (_, i) => `w${i}`);
}

/** The end, or the error of a stream that has started: status 503 can't be sent any more. */
function isCompleteStream(answer: string): boolean {
  const last = answer.slice(answer.lastIndexOf('data: ', answer.length - 2));
  return last === 'data: [DONE]\n\n' || last.includes('"code":"timeout"');
}

interface Written {
  readonly choices: readonly { readonly logprobs: { readonly tokens: readonly string[] } | null }[];
  readonly usage: { readonly completion_tokens: number };
}

function isComplete({ choices: [{ logprobs }], usage }: Written): boolean {
  return logprobs?.tokens.length === usage.completion_tokens;
}
