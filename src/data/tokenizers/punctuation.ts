/** Closing marks, and what English and the Penn Treebank write as words of their own: `'s`, `n't`, `''`. */
const NO_SPACE_BEFORE = /^([.,;:!?%)\]}…’”»]+|'|''|['’](s|d|m|re|ve|ll)|n['’]t)$/i;
const NO_SPACE_AFTER = /^([([{“‘«$£€#]|``)$/;

/** Whether a text whose marks are words of their own has no space before this one. */
export function joinsPrevious(token: string): boolean {
  return NO_SPACE_BEFORE.test(token);
}

/** The same, behind it. */
export function joinsNext(token: string): boolean {
  return NO_SPACE_AFTER.test(token);
}

/** Whether a space beside this token may be one that its text only has so that the mark is a word. */
export function isPunctuation(token: string): boolean {
  return token === '"' || joinsPrevious(token) || joinsNext(token);
}
