import { UnrolledError } from '../../errors.ts';
import type { IntList } from '../int-list.ts';
import { byteChunks, writeBytes } from '../texts/write-bytes.ts';
import { Vocabulary } from '../vocabulary/vocabulary.ts';
import { charTokenizer } from './char.ts';
import { builtIn, type TokenDecoder, type Tokenizer, type TokenSpan } from './tokenizer.ts';

/**
 * One token a byte of the text in UTF-8, written as the character with that code, U+0000 to U+00FF. A lone surrogate U+DC80 to
 * U+DCFF is one byte that is no UTF-8.
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

  bytesOf(token: string): Uint8Array {
    return Uint8Array.of(byteOf(token));
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
    this.#byte[0] = byteOf(token);
    return this.#utf8.decode(this.#byte, { stream: true });
  }

  end(): string {
    return this.#utf8.decode();
  }
}

function byteOf(token: string): number {
  const code = token.charCodeAt(0);
  if (token.length === 1 && code <= 255) return code;
  throw new UnrolledError(
    'vocabulary',
    `Byte decoder: got the token ${JSON.stringify(token)}; a byte token is one character from U+0000 to U+00FF. ` +
      'Use the tokenizer that the vocabulary was made with.',
  );
}
