const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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
