/** Where the reading of a text stands with respect to words. */
export type WordState = 0 | 1 | 2 | 3;

/** In white space, or where nothing was read yet. */
export const OUTSIDE: WordState = 0;
const WORD: WordState = 1;
/** Behind an apostrophe which is the word's if a letter follows. */
export const APOSTROPHE: WordState = 2;
const PUNCTUATION: WordState = 3;
/** The character is no longer the word's. */
const END = -1;

/** What each kind of character does: white space, letters (with marks, digits and _), apostrophes, all others. */
const NEXT: readonly (readonly (WordState | typeof END)[])[] = [
  [OUTSIDE, WORD, PUNCTUATION, PUNCTUATION],
  [END, WORD, APOSTROPHE, END],
  [END, WORD, END, END],
  [END, END, PUNCTUATION, PUNCTUATION],
];

const ASCII = Int8Array.from({ length: 128 }, (_, code) => kindAnew(String.fromCharCode(code)));

function kindAnew(character: string): number {
  if (/\s/.test(character)) return 0;
  if (/[\p{L}\p{M}\p{N}_]/u.test(character)) return 1;
  return /['’]/.test(character) ? 2 : 3;
}

function kindOf(character: string): number {
  return ASCII[character.charCodeAt(0)] ?? kindAnew(character);
}

export interface WordReading {
  /** Where the text leaves the state. */
  readonly state: WordState;
  /** The index in the text before which the word ends: −1 is an apostrophe before the text. Null where it may continue. */
  readonly end: number | null;
}

/**
 * Reads a text up to the end of a word: a run of letters, marks, digits and apostrophes between them, or a run of other
 * characters that are no white space. White space before it is skipped.
 */
export function readWord(text: string, from: WordState = OUTSIDE): WordReading {
  let [state, at] = [from, 0];
  for (const character of text) {
    const next = NEXT[state][kindOf(character)];
    if (next === END) return { state, end: state === APOSTROPHE ? at - 1 : at };
    state = next as WordState;
    at += character.length;
  }
  return { state, end: null };
}

/** A half-typed word is looked for in so many last UTF-16 units, however long a text is. */
const MAX_LENGTH = 64;

/** The word of letters in which a text ends, which more letters may complete; empty behind anything else. */
export function halfWord(text: string): string {
  let half = text.slice(-MAX_LENGTH);
  if (/^[\udc00-\udfff]/.test(half)) half = half.slice(1);
  for (;;) {
    const { state, end } = readWord(half);
    if (end === null) return state === WORD || state === APOSTROPHE ? half.trimStart() : '';
    half = half.slice(end);
  }
}
