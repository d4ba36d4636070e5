/** The character classes of GPT-2's pattern. Every code point is in exactly one. */
export const OTHER = 1;
export const LETTER = 2;
export const NUMBER = 3;
export const SPACE = 4;
/** An invalid UTF-8 byte, represented by a lone surrogate. */
export const ESCAPE = 5;

/*
 * Letters, numbers and spaces follow Unicode 16, like \p{L}, \p{N} and \s in Python's `tokenizers`. The classes of a JavaScript
 * engine change with its version, which would change the tokens of a text. tests/golden/character-classes.json has the class of each code point.
 */

/** Letters and numbers new in Unicode 17. */
const NEWER =
  /^[\u088f\u0c5c\u0cdc\ua7ce\ua7cf\ua7d2\ua7d4\ua7f1\u{10940}-\u{10959}\u{10ec5}-\u{10ec7}\u{11db0}-\u{11ddb}\u{11de0}-\u{11de9}\u{16ea0}-\u{16eb8}\u{16ebb}-\u{16ed3}\u{16ff2}-\u{16ff6}\u{187f8}-\u{187ff}\u{18d09}-\u{18d1e}\u{18d80}-\u{18df2}\u{1e6c0}-\u{1e6de}\u{1e6e0}-\u{1e6e2}\u{1e6e4}\u{1e6e5}\u{1e6e7}-\u{1e6ed}\u{1e6f0}-\u{1e6f4}\u{1e6fe}\u{1e6ff}\u{2b73a}-\u{2b73f}\u{2cea2}-\u{2cead}\u{323b0}-\u{33479}]/u;
/** Letters new in Unicode 15 and 16, which older engines lack. */
const NEW_LETTERS =
  /^[\u1c89\u1c8a\ua7cb-\ua7cd\ua7da-\ua7dc\u{105c0}-\u{105f3}\u{10d4a}-\u{10d65}\u{10d6f}-\u{10d85}\u{10ec2}-\u{10ec4}\u{1123f}\u{11240}\u{11380}-\u{11389}\u{1138b}\u{1138e}\u{11390}-\u{113b5}\u{113b7}\u{113d1}\u{113d3}\u{11bc0}-\u{11be0}\u{11f02}\u{11f04}-\u{11f10}\u{11f12}-\u{11f33}\u{1342f}\u{13441}-\u{13446}\u{13460}-\u{143fa}\u{16100}-\u{1611d}\u{16d40}-\u{16d6c}\u{18cff}\u{1b132}\u{1b155}\u{1df25}-\u{1df2a}\u{1e030}-\u{1e06d}\u{1e4d0}-\u{1e4eb}\u{1e5d0}-\u{1e5ed}\u{1e5f0}\u{2b739}\u{2ebf0}-\u{2ee5d}\u{31350}-\u{323af}]/u;
const NEW_NUMBERS =
  /^[\u{10d40}-\u{10d49}\u{116d0}-\u{116e3}\u{11bf0}-\u{11bf9}\u{11f50}-\u{11f59}\u{16130}-\u{16139}\u{16d70}-\u{16d79}\u{1ccf0}-\u{1ccf9}\u{1d2c0}-\u{1d2d3}\u{1e4f0}-\u{1e4f9}\u{1e5f1}-\u{1e5fa}]/u;

/** Cached class of each code point; 0 if not computed yet. */
const known: Uint8Array = new Uint8Array(0x110000);

export function classOf(point: number): number {
  if (known[point] === 0) known[point] = findClass(point);
  return known[point];
}

function findClass(point: number): number {
  if (point >= 0xdc80 && point <= 0xdcff) return ESCAPE;
  const character = String.fromCodePoint(point);
  if (NEWER.test(character)) return OTHER;
  if (/\p{L}/u.test(character) || NEW_LETTERS.test(character)) return LETTER;
  if (/\p{N}/u.test(character) || NEW_NUMBERS.test(character)) return NUMBER;
  // JavaScript's \s includes the byte order mark and lacks U+0085.
  return /[^\S\ufeff]|\x85/.test(character) ? SPACE : OTHER;
}
