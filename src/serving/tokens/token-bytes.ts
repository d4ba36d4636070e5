import type { TextCodec } from '../../data/text-codec.ts';
import { countCodePoints } from '../../data/texts/code-points.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a token; null for words, the unknown token, and the end token of items. */
export function tokenBytes(id: number, { tokenizer, vocabulary }: TextCodec): Uint8Array | null {
  if (id === vocabulary.unknownId || id === vocabulary.endId) return null;
  return tokenizer.bytesOf?.(vocabulary.tokenOf(id)) ?? null;
}

/** The text of bytes that are whole characters; otherwise null. */
export function wholeText(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes in hexadecimal, as OpenAI's API spells tokens that are not whole characters: `bytes:\xc3`. */
export function spellBytes(bytes: Uint8Array): string {
  return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
}

/**
 * Start of a token in the text, in code points: for part of a character, that of the character.
 * @param before length of the text that is decoded before it
 * @param after the same, with it
 */
export function tokenStart(id: number, codec: TextCodec, before: number, after: number): number {
  const bytes = tokenBytes(id, codec);
  const text = bytes && wholeText(bytes);
  // The decoder may have held back bytes before it, which no character follows.
  return text ? after - countCodePoints(text) : before;
}
