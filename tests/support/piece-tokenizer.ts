import type { Tokenizer } from '../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';

/** A tokenizer of a few pieces of ASCII, the longest first, which cross no beginning of a space: small enough to try every spelling. */
export function pieceTokenizer(pieces: readonly string[]): Tokenizer {
  const longest = pieces.toSorted((a, b) => b.length - a.length);
  const decoder = () => ({ push: (token: string) => token, end: () => '' });
  const tokenizer: Tokenizer = {
    kind: 'few-pieces',
    unit: 'piece',
    wholeWords: false,
    granularity: 'word',
    lineEnd: '\n',
    fixedVocabulary: () => Vocabulary.fromTokens(pieces, null),
    *tokenize(text) {
      for (let at = 0; at < text.length; ) {
        const token = longest.find((piece) => text.startsWith(piece, at)) as string;
        yield token;
        at += token.length;
      }
    },
    *spans(text) {
      let start = 0;
      for (const token of this.tokenize(text)) {
        yield { token, start, end: start + token.length };
        start += token.length;
      }
    },
    bytesOf: (token) => new TextEncoder().encode(token),
    decoder,
    readableDecoder: decoder,
    partial: (text) => text.length - (/( ?[a-z']+|\s+|\W+)$/.exec(text)?.[0].length ?? 0),
    endsWithSpace: () => false,
    toJSON: () => ({ kind: 'few-pieces', pieces }),
  };
  return tokenizer;
}
