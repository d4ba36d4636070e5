import { UnrolledError } from '../../errors.ts';
import type { IntList } from '../int-list.ts';
import { byteChunks, writeBytes } from '../texts/write-bytes.ts';
import { Vocabulary } from '../vocabulary/vocabulary.ts';
import { charTokenizer } from './char.ts';
import { builtIn, type TokenDecoder, type Tokenizer, type TokenSpan } from './tokenizer.ts';
import { Utf8Decoder } from './utf8-decoder.ts';

/**
 * One token per UTF-8 byte, written as the character with that code, U+0000 to U+00FF. A lone surrogate U+DC80 to
 * U+DCFF encodes one invalid byte.
 */
export const byteTokenizer: Tokenizer = builtIn({
  kind: 'byte',
  unit: 'byte',
  wholeWords: false,
  granularity: 'character',
  lineEnd: '\n',
  fixedVocabulary: () => Vocabulary.bytes(),

  *tokenize(text: string): Iterable<string> {
    for (const bytes of byteChunks(text)) {
      for (const byte of bytes) yield String.fromCharCode(byte);
    }
  },

  encode(text: string, ids: IntList): void {
    for (const bytes of byteChunks(text)) {
      for (const byte of bytes) ids.push(byte);
    }
  },

  *spans(text: string): Iterable<TokenSpan> {
    const bytes = new Uint8Array(4);
    for (const { start, end } of charTokenizer.spans(text)) {
      const count = writeBytes(text, start, end, bytes, 0);
      for (let at = 0; at < count; at++) yield { token: String.fromCharCode(bytes[at]), start, end };
    }
  },

  bytesOf,

  decoder(): TokenDecoder {
    return new Utf8Decoder(bytesOf);
  },

  readableDecoder(): TokenDecoder {
    return this.decoder();
  },

  partial: (text) => text.length,
  endsWithSpace: () => false,
  toJSON: () => 'byte',
});

function bytesOf(token: string): Uint8Array {
  const code = token.charCodeAt(0);
  if (token.length === 1 && code <= 255) return Uint8Array.of(code);
  throw new UnrolledError(
    'vocabulary',
    `Byte decoder: the token is ${JSON.stringify(token)}; it must be one character from U+0000 to U+00FF. ` +
      'Use the tokenizer of this vocabulary.',
  );
}
