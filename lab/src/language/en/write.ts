import type { SamplingName } from '../../state/writing/sampling.ts';
import type { terms } from './terms.ts';

const names: Readonly<Record<SamplingName, string>> = {
  repetitionPenalty: 'repetition penalty',
  repetitionWindow: 'repetition window',
  temperature: 'temperature',
  topK: 'top-k (0: all)',
  topP: 'top-p',
  minP: 'min-p',
  typical: 'typical',
};

/** The terms that explain the values. */
const explained: Readonly<Partial<Record<SamplingName, keyof typeof terms>>> = {
  repetitionPenalty: 'repetitionPenalty',
  temperature: 'temperature',
  topK: 'topK',
  topP: 'topP',
  minP: 'minP',
  typical: 'typical',
};

const needs: Readonly<Record<SamplingName, string>> = {
  repetitionPenalty: 'It needs a number from 0.01 to 100.',
  repetitionWindow: 'It needs a positive integer.',
  temperature: 'It needs 0 or a positive number.',
  topK: 'It needs an integer from 0 on.',
  topP: 'It needs a number above 0 and at most 1.',
  minP: 'It needs a number from 0 to 1.',
  typical: 'It needs a number above 0 and at most 1.',
};

/** The view Write. */
export const write = {
  heading: 'Write with the model',
  lead: 'Type, choose the next token from the bars, or let the model draw. Every setting shows at once what it does to the probabilities.',
  start: 'my fellow citizens , we',
  label: 'Text to continue',
  legend: {
    written: 'written by the model',
    verbatim: 'stands in the training text',
    before: 'the model’s probability',
    after: 'probability of drawing it, with your settings',
  },
  keys: 'Ctrl + Enter generates; Esc stops.',
  completionKeys: 'Tab accepts, ↑ ↓ choose, Esc closes.',
  completions: 'Completions of the word',
  generate: 'Generate',
  length: 'Length',
  tokens: (n: string) => `${n} tokens`,
  stop: 'Stop writing',
  draw: 'Draw',
  undo: 'Undo',
  ended: 'The item ends here. Undo, or edit the text.',
  longest: (n: string) => `The box holds ${n} characters; what is longer is cut.`,
  unknown: (words: string) => `Not in the vocabulary, read as the unknown token: ${words}`,
  pending: 'Bytes of a character that is not complete yet:',
  next: 'Next token',
  cut: 'cut',
  columns: { before: 'model', after: 'drawn' },
  take: (token: string, after: string, before: string) => `Append ${token}: ${after}, model ${before}`,
  facts: {
    entropy: 'entropy',
    bits: (n: string) => `${n} bits`,
    mass: 'model’s probability kept',
    kept: 'tokens kept',
    of: (n: string, all: string) => `${n} of ${all}`,
    length: 'tokens of the text',
  },
  sampling: 'How a token is drawn, in this order',
  values: names,
  terms: explained,
  needs,
  slider: (name: string) => `${name}, slider`,
  seed: 'seed',
  needsSeed: (kept: string) => `It needs an integer from 0 to 4294967295. The seed in use is ${kept}.`,
  newSeed: 'Another seed',
  reset: 'Defaults of the model',
  beams: {
    title: 'Beam search',
    width: 'Width',
    length: 'Tokens',
    search: 'Search',
    hint: 'The most likely continuations up to the end of the line, found by following several at once. Nothing is drawn.',
    legend: 'Below each token its log-probability in nats; at the right the mean. Click one to append it.',
    take: (text: string, log: string) => `Append ${text}, log-probability ${log}`,
  },
  verbatim: {
    title: 'Verbatim from the training text',
    least: 'Least tokens of a run',
    training: (name: string) => `Compared with ${name}, on which the model was trained.`,
    other: (name: string) =>
      `The model’s training text is not in this browser: compared with ${name}, the text of the view Text.`,
    runs: (n: string) => `Runs found: ${n}.`,
    longest: (tokens: string, line: string) => `The longest has ${tokens} tokens, from line ${line}:`,
  },
};
