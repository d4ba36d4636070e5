import { builtIn, type TokenDecoder, type Tokenizer, type TokenSpan } from './tokenizer.ts';

/** One token per Unicode code point, including newlines. */
export const charTokenizer: Tokenizer = builtIn({
  kind: 'char',
  unit: 'character',
  wholeWords: false,
  granularity: 'character',
  lineEnd: '\n',
  fixedVocabulary: () => null,

  // A string iterates by code point.
  tokenize(text: string): Iterable<string> {
    return text;
  },

  *spans(text: string): Iterable<TokenSpan> {
    let end = 0;
    for (const token of text) {
      const start = end;
      end += token.length;
      yield { token, start, end };
    }
  },

  bytesOf(token: string): Uint8Array {
    return new TextEncoder().encode(token);
  },

  decoder(): TokenDecoder {
    return { push: (token) => token, end: () => '' };
  },

  readableDecoder(): TokenDecoder {
    return this.decoder();
  },

  partial: (text) => text.length,
  endsWithSpace: () => false,
  toJSON: () => 'char',
});
