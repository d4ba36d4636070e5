import type { TokenDecoder, Tokenizer } from './tokenizer.ts';

/** One token a Unicode code point; a newline is a character like any other. */
export const charTokenizer: Tokenizer = {
  kind: 'char',

  // A string iterates by code point, so that a surrogate pair stays whole.
  tokenize(text: string): Iterable<string> {
    return text;
  },

  decoder(): TokenDecoder {
    return { push: (token) => token, end: () => '' };
  },
};
