import { readableToken } from '../../data/readable-token.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import type { TokenLogprobs } from '../../generation/writing/writer.ts';

/** In place of −∞, which JSON lacks: what OpenAI's API gives for a token that is very unlikely. */
const UNLIKELIEST = -9999;

/** The log-probability of each token in the form of OpenAI's `completions`; lists of equal length. */
export interface Logprobs {
  readonly tokens: readonly string[];
  /** Natural logarithms; null for a token with nothing before it. */
  readonly token_logprobs: readonly (number | null)[];
  /** Of the likeliest, and of the token itself. */
  readonly top_logprobs: readonly (Record<string, number> | null)[];
  /** Where the token's text begins, counted from the beginning of the prompt, in code points as OpenAI counts them. */
  readonly text_offset: readonly number[];
}

export interface TokenEntry {
  readonly id: number;
  /** null where nothing comes before it. */
  readonly note: TokenLogprobs | null;
  readonly offset: number;
}

export function logprobsOf(codec: TextCodec, tokens: readonly TokenEntry[]): Logprobs {
  return {
    tokens: tokens.map(({ id }) => spelled(id, codec)),
    token_logprobs: tokens.map(({ note }) => note?.logProbability ?? null),
    top_logprobs: tokens.map(({ id, note }) => note && topOf(codec, id, note)),
    text_offset: tokens.map(({ offset }) => offset),
  };
}

/** All of them, one behind the other; the pieces stay as they are, for others may hold them too. */
export function joinLogprobs(pieces: readonly Logprobs[]): Logprobs {
  return {
    tokens: pieces.flatMap(({ tokens }) => tokens),
    token_logprobs: pieces.flatMap(({ token_logprobs }) => token_logprobs),
    top_logprobs: pieces.flatMap(({ top_logprobs }) => top_logprobs),
    text_offset: pieces.flatMap(({ text_offset }) => text_offset),
  };
}

function topOf(codec: TextCodec, own: number, note: TokenLogprobs): Record<string, number> {
  const likely = note.alternatives.map(({ id, probability }): [string, number] => {
    return [spelled(id, codec), Math.max(Math.log(probability), UNLIKELIEST)];
  });
  return Object.fromEntries([...likely, [spelled(own, codec), note.logProbability]]);
}

/** The text of a piece; characters, bytes and words as the vocabulary has them, and the end of an item as nothing. */
function spelled(id: number, codec: TextCodec): string {
  const { tokenizer, vocabulary } = codec;
  const isPiece = tokenizer.granularity === 'word' && id !== vocabulary.endId;
  return isPiece ? readableToken(id, codec) : vocabulary.tokenOf(id);
}
