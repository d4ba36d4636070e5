import type { TextCodec } from './text-codec.ts';

/** Shown for the end token of an item, which has no text. */
export const END_MARK = '∎';

/**
 * A token for display: the text it represents, with bytes of incomplete characters as `\xE2`. Words, the unknown token and a
 * line end are shown as in the vocabulary, the end of an item as `∎`.
 * @param byte writes a byte of an incomplete character, given its two hexadecimal digits. Default: `\xE2`
 * @throws {UnrolledError} code `id-range` for an id that is not in the vocabulary
 */
export function readableToken(
  id: number,
  { tokenizer, vocabulary }: TextCodec,
  byte: (hex: string) => string = (hex) => `\\x${hex}`,
): string {
  if (id === vocabulary.endId) return END_MARK;
  const token = vocabulary.tokenOf(id);
  const bytes = id === vocabulary.unknownId ? undefined : tokenizer.bytesOf?.(token);
  return bytes ? readableBytes(bytes, byte) : token;
}

/** Complete characters unchanged, other bytes as `byte` writes them. */
function readableBytes(bytes: Uint8Array, byte: (hex: string) => string): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at]);
    const character = decoded(bytes.subarray(at, at + length));
    text += character ?? byte(bytes[at].toString(16).toUpperCase().padStart(2, '0'));
    at += character === null ? 1 : length;
  }
  return text;
}

/** Length in bytes of the character with this first byte. */
function lengthOf(byte: number): number {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
