import { decodeText, type TextCodec } from '../../data/text-codec.ts';
import { encodePrompt, type Prompt } from '../../generation/writing/prompt.ts';
import type { FieldKind } from '../fields.ts';
import { checkLength, type Limits } from '../limits.ts';
import { checkSlots } from '../scheduling/admission.ts';
import { checkIds, idsSchema as ids } from '../tokens/token-ids.ts';

type OnePrompt = string | readonly number[];

/** The field `prompt`. */
export type Prompts = OnePrompt | readonly OnePrompt[];

/** A text, token ids, or a list of either. `promptsOf` checks the range of the ids. */
export const promptKind: FieldKind<Prompts> = {
  needs: 'a string, a list of token ids, or a list of either',
  schema: {
    anyOf: [
      { type: 'string' },
      { ...ids, minItems: 1 },
      { type: 'array', minItems: 1, items: { anyOf: [{ type: 'string' }, ids] } },
    ],
  },
  accepts: (value): value is Prompts =>
    !isEmptyList(value) && (isPrompt(value) || (Array.isArray(value) && value.every(isPrompt))),
};

/**
 * Encodes the prompts of a request.
 * @param n choices per prompt
 * @throws ApiError for an id outside the vocabulary, too many prompts, or a prompt that is too long
 */
export function promptsOf(given: Prompts, saved: TextCodec, limits: Limits, n: number): Prompt[] {
  const list = isPrompt(given) ? [given] : given;
  checkSlots(list.length * n, limits); // before encoding, which takes time
  return list.map((one) => {
    const prompt = typeof one === 'string' ? encodePrompt(one, saved) : promptOfIds(one, saved);
    checkLength('prompt', prompt.ids.length, limits.promptTokens);
    return prompt;
  });
}

/** An empty list is ambiguous (an empty prompt or no prompts) unless it is inside a list. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isPrompt(value: unknown): value is OnePrompt {
  return typeof value === 'string' || (Array.isArray(value) && value.every((id) => typeof id === 'number'));
}

function promptOfIds(ids: readonly number[], saved: TextCodec): Prompt {
  checkIds('prompt', ids, saved.vocabulary);
  const text = decodeText(ids, saved);
  text.charCodeAt(0); // engines then copy a text of many parts, which take ten times as much memory, into one
  return { text, ids: Int32Array.from(ids), unknown: [] };
}
