import { EOS } from '../word.ts';
import type { FilePart } from './file-parts.ts';

/** White space other than a newline, as `\s` in JavaScript; other languages count U+0085, and not U+FEFF. */
const SPACES = '[\\t\\v\\f\\r \\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF]+';

/** Removes white space between words. */
export const spacesRemoved: FilePart = split({ Regex: SPACES }, 'Removed');

/** Words, and each newline as a word of its own. */
export const wordsAndNewlines: FilePart = {
  type: 'Sequence',
  pretokenizers: [spacesRemoved, split({ String: '\n' }, 'Isolated')],
};

/** Each code point. */
export const codePoints: FilePart = split({ Regex: '[\\s\\S]' }, 'Isolated');

/** Joins tokens without spaces. */
export const joined: FilePart = { type: 'Fuse' };

/** Writes newlines as words spelled `<eos>`. */
export const newlinesReplaced: FilePart = {
  type: 'Replace',
  pattern: { String: '\n' },
  content: ` ${EOS} `,
};

/** The end token of items, whose own spelling is empty. No text is encoded to it, because it contains a space. */
export const END: string = ' <end>';

/** A word of a text that is spelled like the line end has this token. */
export const SPELLED_EOS: string = ` ${EOS}`;

/** How `wordsAndNewlines` spells a token. */
export function spelledWord(token: string): string {
  if (token === EOS) return '\n';
  return token === SPELLED_EOS ? EOS : token;
}

/** The token that `spelledWord` spells. */
export function wordOfSpelling(spelling: string): string {
  if (spelling === '\n') return EOS;
  return spelling === EOS ? SPELLED_EOS : spelling;
}

function split(pattern: FilePart, behavior: string): FilePart {
  return { type: 'Split', pattern, behavior, invert: false };
}
