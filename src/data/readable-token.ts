import type { TextCodec } from './text-codec.ts';

/** How the token that ends an item is shown; it has no text. */
export const END_MARK = '∎';

/**
 * A token as people read it: the text that it stands for; of pieces, bytes that are no whole characters as `\xE2`; a word as the
 * vocabulary spells it, which is how it spells the unknown token and a line end too; the end of an item as `∎`.
 */
export function readableToken(id: number, { tokenizer, vocabulary }: TextCodec): string {
  if (id === vocabulary.endId) return END_MARK;
  const token = vocabulary.tokenOf(id);
  const bytes = id === vocabulary.unknownId ? undefined : tokenizer.bytesOf?.(token);
  return bytes ? readableBytes(bytes) : token;
}

/** Whole characters as they are, any other byte in hexadecimal. */
function readableBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at]);
    const character = decoded(bytes.subarray(at, at + length));
    text += character ?? `\\x${bytes[at].toString(16).toUpperCase().padStart(2, '0')}`;
    at += character === null ? 1 : length;
  }
  return text;
}

/** How many bytes the character has that begins with this one. */
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
