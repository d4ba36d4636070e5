import { decodeText, type TextCodec } from '../data/text-codec.ts';
import { encodePrompt, type Prompt } from '../generation/writing/prompt.ts';
import { checkPlaces } from './admission.ts';
import { badRequest } from './api-error.ts';
import { type Body, wrong } from './fields.ts';
import type { Limits } from './limits.ts';

const NEEDS = 'a text, a list of token ids, or a list of either';

/** The prompts of a request: a text or ids, or a list of them. @param n choices of each */
export function promptsOf(body: Body, saved: TextCodec, limits: Limits, n: number): Prompt[] {
  const given = listOf(body.prompt ?? '');
  if (given.length === 0) throw wrong('prompt', body.prompt, NEEDS);
  checkPlaces(given.length * n, limits); // before they are read, which takes its time
  return given.map((one) => {
    const prompt = read(one, saved);
    checkLength('prompt', prompt.ids.length, limits.promptTokens);
    return prompt;
  });
}

/** Throws for a text that is too long. */
export function checkLength(name: string, tokens: number, most: number): void {
  if (tokens <= most) return;
  throw badRequest(
    `${name} has ${tokens} tokens; this server reads ${most} at most. Shorten it.`,
    name,
    'context_length_exceeded',
  );
}

function listOf(given: unknown): unknown[] {
  if (!Array.isArray(given)) return [given];
  return given.length > 0 && given.every((one) => typeof one === 'number') ? [given] : given;
}

function read(prompt: unknown, saved: TextCodec): Prompt {
  if (typeof prompt === 'string') return encodePrompt(prompt, saved);
  if (!Array.isArray(prompt)) throw wrong('prompt', prompt, NEEDS);
  const { size } = saved.vocabulary;
  const other = prompt.find((id) => !(Number.isInteger(id) && id >= 0 && id < size));
  if (other !== undefined || prompt.includes(undefined)) {
    throw wrong('prompt', other, `ids of the vocabulary, which are whole numbers from 0 to ${size - 1}`);
  }
  return { text: decodeText(prompt, saved), ids: Int32Array.from(prompt), unknown: [] };
}
