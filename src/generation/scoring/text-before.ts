import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';

/** How many tokens a look back takes in. */
const LOOK_BACK = 40;

/** The text of the tokens right before place `at`, for someone to see what a token stands behind. */
export function textBefore(tokens: readonly { token: string }[], at: number, tokenizer: Tokenizer): string {
  const decoder = tokenizer.decoder();
  const pieces = tokens.slice(Math.max(0, at - LOOK_BACK), at).map(({ token }) => decoder.push(token));
  return pieces.join('') + decoder.end();
}
