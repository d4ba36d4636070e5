import { byteChunks } from '../../../../data/texts/write-bytes.ts';
import { Utf8Decoder } from '../../../../data/tokenizers/utf8-decoder.ts';
import type { Tokenizer } from '../text/codec.ts';

/** UTF-8 bytes; a byte is written as the character of its code. */
export function byteTokenizer(): Tokenizer {
  return {
    *tokens(text) {
      for (const bytes of byteChunks(text)) yield* String.fromCharCode(...bytes);
    },
    decoder: () => new Utf8Decoder((token) => Uint8Array.of(token.charCodeAt(0))),
  };
}

/** The 256 bytes as tokens. */
export function byteTokens(): string[] {
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
}
