/** The Hangul syllables, starting with 가, in Unicode order. */
const [FIRST, SYLLABLES] = [0xac00, 11172];
/** The rows of the extension, by first byte: below 0xA1 the second byte goes up to 0xFE, from 0xA1 on up to 0xA0. */
const [FIRST_ROW, SHORT_ROWS, LAST_ROW] = [0x81, 0xa1, 0xc6];

/** The lowest byte of a plain EUC-KR character. */
const PLAIN = 0xa1;

/**
 * Decodes windows-949, which the Encoding Standard calls EUC-KR: all Hangul syllables. Node's EUC-KR lacks 8,822 of them and
 * reads the first bytes of many as control characters. Throws TypeError for invalid bytes.
 * @param plain decodes plain EUC-KR
 */
export function extendedKorean(bytes: Uint8Array, plain: (bytes: Uint8Array) => string): string {
  const syllables = extension();
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] < 0x80) continue;
    const syllable = syllables.get(256 * bytes[at] + bytes[at + 1]);
    if (syllable !== undefined) {
      if (at > from) text += plain(bytes.subarray(from, at));
      text += syllable;
      from = at + 2;
    } else if (bytes[at] < PLAIN) throw new TypeError('no character of EUC-KR');
    at++;
  }
  return text + plain(bytes.subarray(from));
}

let made: Map<number, string> | null = null;

/** The syllables missing from plain EUC-KR, by byte pair. */
function extension(): Map<number, string> {
  if (made) return made;
  const plain = plainSyllables();
  const pairs = [...pairsOfRows()];
  made = new Map();
  for (let i = 0; i < SYLLABLES; i++) {
    const syllable = String.fromCharCode(FIRST + i);
    if (!plain.has(syllable)) made.set(pairs[made.size], syllable);
  }
  return made;
}

/** The 2,350 syllables of KS X 1001, in rows of 94. */
function plainSyllables(): Set<string> {
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xc8; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) bytes.push(row, cell);
  return new Set(new TextDecoder('euc-kr').decode(Uint8Array.from(bytes)));
}

function* pairsOfRows(): Generator<number, void> {
  for (let row = FIRST_ROW; row <= LAST_ROW; row++) {
    const last = row < SHORT_ROWS ? 0xfe : 0xa0;
    for (let cell = 0x41; cell <= last; cell++) {
      const isLetter = cell <= 0x5a || (cell >= 0x61 && cell <= 0x7a);
      if (isLetter || cell >= 0x81) yield 256 * row + cell;
    }
  }
}
