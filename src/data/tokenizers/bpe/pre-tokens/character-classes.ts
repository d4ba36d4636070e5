import { LETTERS, NUMBERS } from './character-ranges.ts';

/** What GPT-2's pattern tells apart; every code point is one of them. */
export const OTHER = 0;
export const LETTER = 1;
export const NUMBER = 2;
export const SPACE = 3;
/** A byte of a text that is no UTF-8, as a lone surrogate. */
export const ESCAPE = 4;

/** \s of that pattern, in runs as the letters: unlike JavaScript's it has U+0085 and lacks U+FEFF. */
const SPACES = 'JFSBkDBaB_uFB_rCLdCFBvBBg9DB';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

let known: Uint8Array | null = null;

/** The class of every code point, made when it is first asked for: 1.1 MB. */
export function characterClasses(): Uint8Array {
  if (known !== null) return known;
  known = new Uint8Array(0x110000);
  fill(known, LETTERS, LETTER);
  fill(known, NUMBERS, NUMBER);
  fill(known, SPACES, SPACE);
  known.fill(ESCAPE, 0xdc80, 0xdd00);
  return known;
}

function fill(classes: Uint8Array, runs: string, value: number): void {
  let [at, run, shift, inside] = [0, 0, 0, false];
  for (const digit of runs) {
    const bits = DIGITS.indexOf(digit);
    run |= (bits & 31) << shift;
    shift += 5;
    if (bits >= 32) continue;
    if (inside) classes.fill(value, at, at + run);
    at += run;
    [run, shift, inside] = [0, 0, !inside];
  }
}
