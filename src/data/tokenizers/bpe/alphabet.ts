/**
 * GPT-2's byte alphabet: one visible character per byte, so that pieces contain no white space. Printable ASCII and
 * Latin-1 map to themselves; the 68 other bytes to U+0100 onwards: a space is `Ġ`, a newline `Ċ`.
 */
const SPELLINGS: readonly string[] = spellings();

/** The bytes sorted by spelling: the first ids of a vocabulary. */
export const BYTES_IN_ORDER: readonly number[] = Array.from(SPELLINGS.keys()).sort((a, b) =>
  SPELLINGS[a] < SPELLINGS[b] ? -1 : 1,
);

const BYTES: ReadonlyMap<string, number> = new Map(SPELLINGS.map((spelling, byte) => [spelling, byte]));

function spellings(): string[] {
  let others = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isItself = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(isItself ? byte : others++);
  });
}

export function spellByte(byte: number): string {
  return SPELLINGS[byte];
}

/** The bytes that a piece spells; null if it has a character outside the alphabet. */
export function spelledBytes(piece: string): Uint8Array | null {
  const bytes = new Uint8Array(piece.length);
  for (let at = 0; at < piece.length; at++) {
    const byte = BYTES.get(piece.charAt(at));
    if (byte === undefined) return null;
    bytes[at] = byte;
  }
  return bytes;
}

/** The bytes of a piece. An added token outside the alphabet is encoded as UTF-8. */
export function bytesOfPiece(piece: string): Uint8Array {
  return spelledBytes(piece) ?? new TextEncoder().encode(piece);
}
