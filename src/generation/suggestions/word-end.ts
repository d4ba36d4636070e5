/** State of the word parser. */
export type WordState = 0 | 1 | 2 | 3;

/** In white space, or at the start. */
export const OUTSIDE: WordState = 0;
const WORD: WordState = 1;
/** After an apostrophe, which belongs to the word if a letter follows. */
export const APOSTROPHE: WordState = 2;
const PUNCTUATION: WordState = 3;
/** The character ends the word and is not part of it. */
const END = -1;

/** The next state by current state and kind of character: white space, letter (or mark, digit, _), apostrophe, other. */
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
  /** The state after the text. */
  readonly state: WordState;
  /** The end of the word in the text, exclusive; −1: before an apostrophe preceding the text. Null if the word may continue. */
  readonly end: number | null;
}

/**
 * Reads a text up to the end of a word: a run of letters, marks, digits and inner apostrophes, or a run of other
 * non-space characters. White space before it is skipped.
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

/** Maximum length of a half-typed word, in UTF-16 units. */
const MAX_LENGTH = 64;

/** The run of letters at the end of a text, which further letters may complete; otherwise empty. */
export function halfWord(text: string): string {
  let half = text.slice(-MAX_LENGTH);
  if (/^[\udc00-\udfff]/.test(half)) half = half.slice(1);
  for (;;) {
    const { state, end } = readWord(half);
    if (end === null) return state === WORD || state === APOSTROPHE ? half.trimStart() : '';
    half = half.slice(end);
  }
}
