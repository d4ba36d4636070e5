import type { TextCodec } from '../../data/text-codec.ts';
import { encodePrompt, type Prompt } from '../../generation/writing/prompt.ts';
import type { FieldKind } from '../fields.ts';
import { checkLength, type Limits } from '../limits.ts';
import { checkSlots } from '../scheduling/admission.ts';
import { GivenTextSpeller } from '../tokens/given-text-speller.ts';
import { checkIds, idsSchema as ids } from '../tokens/token-ids.ts';
import { type Speller, TokenSpeller } from '../tokens/token-speller.ts';

/** A prompt of a request. */
export interface ServedPrompt extends Prompt {
  /** Whether it was given as a text, not as ids. */
  readonly isText: boolean;
  /** What bytes of an incomplete character at the end of its ids become if nothing follows. */
  readonly rest: string;
}

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
export function promptsOf(given: Prompts, saved: TextCodec, limits: Limits, n: number): ServedPrompt[] {
  const list = isPrompt(given) ? [given] : given;
  checkSlots(list.length * n, limits); // before encoding, which takes time
  return list.map((one) => {
    const prompt = typeof one === 'string' ? promptOfText(one, saved) : promptOfIds(one, saved);
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

function promptOfText(text: string, saved: TextCodec): ServedPrompt {
  return { ...encodePrompt(text, saved), isText: true, rest: '' };
}

function promptOfIds(ids: readonly number[], saved: TextCodec): ServedPrompt {
  const { tokenizer, vocabulary } = saved;
  checkIds('prompt', ids, vocabulary);
  const decoder = tokenizer.decoder();
  const parts = ids.map((id) => (id === vocabulary.endId ? '' : decoder.push(vocabulary.tokenOf(id))));
  const rest = decoder.end();
  return { text: parts.join(''), rest, ids: Int32Array.from(ids), unknown: [], isText: false };
}

/** Spells the tokens of a prompt as they are in its text. */
export function promptSpeller({ text, isText }: ServedPrompt, codec: TextCodec): Speller {
  return isText ? new GivenTextSpeller(text, codec) : new TokenSpeller(codec, codec.tokenizer.decoder());
}

/** Spells the tokens that are generated after a prompt. */
export function writtenSpeller({ text, ids }: ServedPrompt, codec: TextCodec): Speller {
  const { tokenizer, vocabulary } = codec;
  const decoder = tokenizer.readableDecoder();
  for (const id of ids) if (id !== vocabulary.endId) decoder.push(vocabulary.tokenOf(id));
  return new TokenSpeller(codec, decoder, tokenizer.endsWithSpace(text));
}
