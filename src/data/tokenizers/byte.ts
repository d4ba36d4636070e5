import { UnrolledError } from '../../errors.ts';
import { Vocabulary } from '../vocabulary/vocabulary.ts';
import { charTokenizer } from './char.ts';
import { builtIn, type TokenDecoder, type Tokenizer, type TokenSpan } from './tokenizer.ts';

/** One token a byte of the text in UTF-8, written as the character with that code, U+0000 to U+00FF. */
export const byteTokenizer: Tokenizer = builtIn({
  kind: 'byte',
  unit: 'byte',
  wholeWords: false,
  granularity: 'character',
  lineEnd: '\n',
  fixedVocabulary: () => Vocabulary.bytes(),

  *tokenize(text: string): Iterable<string> {
    for (const byte of new TextEncoder().encode(text)) yield String.fromCharCode(byte);
  },

  *spans(text: string): Iterable<TokenSpan> {
    const utf8 = new TextEncoder();
    for (const { token: character, start, end } of charTokenizer.spans(text)) {
      for (const byte of utf8.encode(character)) yield { token: String.fromCharCode(byte), start, end };
    }
  },

  decoder(): TokenDecoder {
    return new ByteDecoder();
  },

  readableDecoder(): TokenDecoder {
    return this.decoder();
  },

  partial: (text) => text.length,
  endsWithSpace: () => false,
  toJSON: () => 'byte',
});

/** Holds the bytes of an unfinished character back; bytes that are no UTF-8 become U+FFFD. */
class ByteDecoder implements TokenDecoder {
  // Without ignoreBOM a byte order mark at the start of the text would vanish.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #byte = new Uint8Array(1);

  push(token: string): string {
    const code = token.charCodeAt(0);
    if (token.length !== 1 || code > 255) {
      throw new UnrolledError(
        'vocabulary',
        `Byte decoder: got the token ${JSON.stringify(token)}; a byte token is one character from U+0000 to U+00FF. ` +
          'Use the tokenizer that the vocabulary was made with.',
      );
    }
    this.#byte[0] = code;
    return this.#utf8.decode(this.#byte, { stream: true });
  }

  end(): string {
    return this.#utf8.decode();
  }
}
