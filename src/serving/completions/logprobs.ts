import { readableToken } from '../../data/readable-token.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import type { TokenLogprobs } from '../../generation/writing/writer.ts';
import { type Lazy, LazyList } from '../json/lazy.ts';
import type { TokenEntry } from './logprob-table.ts';

/** Replaces −∞, which JSON lacks; OpenAI's API returns it for very unlikely tokens. */
const LOWEST_LOGPROB = -9999;

/** Log-probabilities in the format of OpenAI's `completions`, as lists of equal length. */
export interface Logprobs {
  /** The tokens' texts. */
  readonly tokens: readonly string[];
  /** Natural logarithm of each token's probability, in nats; null for a token without context. */
  readonly token_logprobs: readonly (number | null)[];
  /** Log-probabilities of the most likely tokens and of the token itself, by text, in nats; null for a token without context. */
  readonly top_logprobs: readonly (Record<string, number> | null)[];
  /** Start of each token from the beginning of the prompt, in Unicode code points. */
  readonly text_offset: readonly number[];
}

/** Log-probabilities of tokens in OpenAI's format. */
export function logprobsOf(codec: TextCodec, tokens: Iterable<TokenEntry>): Lazy<Logprobs> {
  const list = <T>(of: (token: TokenEntry) => T) => {
    return new LazyList(function* () {
      for (const token of tokens) yield of(token);
    });
  };
  return {
    tokens: list(({ id }) => spelled(id, codec)),
    token_logprobs: list(({ logprobs }) => logprobs?.logProbability ?? null),
    top_logprobs: list(({ id, logprobs }) => logprobs && topOf(codec, id, logprobs)),
    text_offset: list(({ offset }) => offset),
  };
}

function topOf(codec: TextCodec, own: number, logprobs: TokenLogprobs): Record<string, number> {
  const likely = logprobs.alternatives.map(({ id, probability }): [string, number] => {
    return [spelled(id, codec), Math.max(Math.log(probability), LOWEST_LOGPROB)];
  });
  return Object.fromEntries([...likely, [spelled(own, codec), logprobs.logProbability]]);
}

/** The text of a piece; characters, bytes and words as they are in the vocabulary. */
function spelled(id: number, codec: TextCodec): string {
  const { tokenizer, vocabulary } = codec;
  const isPiece = tokenizer.granularity === 'word' && id !== vocabulary.endId;
  return isPiece ? readableToken(id, codec) : vocabulary.tokenOf(id);
}
