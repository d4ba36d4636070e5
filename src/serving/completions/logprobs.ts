import { type Lazy, LazyList } from '../json/lazy.ts';
import { spellBytes } from '../tokens/token-bytes.ts';
import type { Speller } from '../tokens/token-speller.ts';
import type { TokenEntry } from './logprob-table.ts';

/** Replaces −∞, which JSON lacks; OpenAI's API returns it for very unlikely tokens. */
const LOWEST_LOGPROB = -9999;

/** Log-probabilities in the format of OpenAI's `completions`, as lists of equal length. */
export interface Logprobs {
  /**
   * The tokens' texts with the white space before them, which joined are the text; a token that is not whole characters is its
   * bytes, such as `bytes:\xc3`.
   */
  readonly tokens: readonly string[];
  /** Natural logarithm of each token's probability, in nats; null for a token without context. */
  readonly token_logprobs: readonly (number | null)[];
  /** Log-probabilities of the most likely tokens and of the token itself, by text, in nats; null for a token without context. */
  readonly top_logprobs: readonly (Record<string, number> | null)[];
  /** Start of each token from the beginning of the prompt, in Unicode code points. */
  readonly text_offset: readonly number[];
}

/** Consecutive tokens, and what spells them. */
export interface SpelledTokens {
  readonly tokens: Iterable<TokenEntry>;
  /** Creates a speller that is before the first token. */
  readonly speller: () => Speller;
}

/** Log-probabilities of tokens in OpenAI's format. */
export function logprobsOf(parts: readonly SpelledTokens[]): Lazy<Logprobs> {
  const list = <T>(of: (token: TokenEntry, speller: Speller) => T) => {
    return new LazyList(function* () {
      for (const { tokens, speller: create } of parts) {
        const speller = create();
        for (const token of tokens) yield of(token, speller);
      }
    });
  };
  return {
    tokens: list(({ id }, speller) => speller.push(id)),
    token_logprobs: list(({ logprobs }) => logprobs?.logProbability ?? null),
    top_logprobs: list((token, speller) => spell(token, speller).top),
    text_offset: list(({ offset }) => offset),
  };
}

/** The same of the next token of a speller. */
export function nextLogprobs(token: TokenEntry, speller: Speller): Logprobs {
  const { text, top } = spell(token, speller);
  return {
    tokens: [text],
    token_logprobs: [token.logprobs?.logProbability ?? null],
    top_logprobs: [top],
    text_offset: [token.offset],
  };
}

function spell(
  { id, logprobs }: TokenEntry,
  speller: Speller,
): { text: string; top: Record<string, number> | null } {
  const likely = logprobs?.alternatives ?? [];
  const spellings = likely.map((one) => speller.peek(one.id));
  const text = speller.push(id);
  if (!logprobs) return { text, top: null };
  const top = new Map<string, number>();
  for (const [i, one] of likely.entries()) {
    if (one.id === id) top.set(text, logprobs.logProbability);
    else top.set(freeName(spellings[i], text, top), Math.max(Math.log(one.probability), LOWEST_LOGPROB));
  }
  top.set(text, logprobs.logProbability);
  return { text, top: Object.fromEntries(top) };
}

/** The spelling of an alternative; its bytes if another token is spelled the same. */
function freeName(spelling: string, own: string, top: ReadonlyMap<string, number>): string {
  if (spelling !== own && !top.has(spelling)) return spelling;
  return spellBytes(new TextEncoder().encode(spelling));
}
