import { Corpus } from '../../src/data/corpus.ts';
import { lineStart } from '../../src/data/texts/line-end.ts';
import { generate } from '../../src/generation/writing/generate.ts';
import { TextStreamer } from '../../src/generation/writing/text-streamer.ts';
import { WholeAnswer } from '../../src/serving/completions/answer.ts';
import type { Logprobs } from '../../src/serving/completions/logprobs.ts';
import { readCompletion } from '../../src/serving/completions/request.ts';
import { writeAll } from '../../src/serving/completions/write.ts';
import type { Body } from '../../src/serving/fields.ts';
import { eager } from '../../src/serving/json/lazy.ts';
import type { ServedModel } from '../../src/serving/served-model.ts';
import { Random } from '../../src/tensor/random.ts';
import { collect } from './collect.ts';
import { type Serving, served, someLimits } from './served.ts';

const TEXT = 'the cat , " sat on " the ( mat ) .\nthey said he did n\'t , and the end';
const never = new AbortController().signal;
/** A model of the words of a text, with nothing remembered. */
export const open = (options: Serving = {}): ServedModel => served(TEXT, { unknown: '<unk>', ...options });
export const words: ServedModel = open();

export interface Choice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: Logprobs | null;
  readonly finish_reason: string;
}

export interface Answer {
  readonly choices: readonly Choice[];
  readonly usage: { prompt_tokens: number; completion_tokens: number; prompt_tokens_details: object };
}

/** What the server answers, without HTTP. */
export async function complete(body: Body, model: ServedModel = words): Promise<Answer> {
  const request = readCompletion(body, [model], someLimits);
  const answer = new WholeAnswer(request);
  return eager(answer.end(await writeAll(request, never, answer))) as Answer;
}

export function textsOf({ choices }: Answer): string[] {
  return choices.map(({ text }) => text);
}

/** The ids of a prompt and of what is written behind it, by other means than the server's. */
export async function alone(
  prompt: string,
  seed: number,
  length: number,
  { saved, start }: ServedModel = words,
): Promise<{ ids: Int32Array; read: Int32Array; written: number[] }> {
  const { ids } = Corpus.encode(prompt, saved.tokenizer, saved.vocabulary);
  const read = ids.length > 0 ? ids : lineStart(saved.vocabulary);
  const banned = saved.vocabulary.unknownId < 0 ? [] : [saved.vocabulary.unknownId];
  const options = { prompt: read, state: start.fork(), random: new Random(seed), length, banned };
  return { ids, read, written: await collect(generate(saved.model, options)) };
}

/** The readable text behind a prompt. */
export async function textAlone(
  prompt: string,
  seed: number,
  length: number,
  model = words,
): Promise<string> {
  const { ids, written } = await alone(prompt, seed, length, model);
  const out = new TextStreamer(model.saved);
  out.prompt(ids);
  return written.map((id) => out.push(id)).join('') + out.end();
}

/** A word as the vocabulary has it, of how it is spelled in a text. */
export function wordOf(spelled: string): string {
  return spelled === '\n' ? '<eos>' : spelled.trim();
}
