import type { Tokenizer } from '../text/codec.ts';

/** Unicode code points. */
export function charTokenizer(): Tokenizer {
  return {
    tokens: (text) => text,
    decoder: () => ({ push: (token) => token, end: () => '' }),
  };
}
