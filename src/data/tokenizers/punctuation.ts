/** Closing punctuation, and what Penn Treebank splits off words: `'s`, `n't`, `''`. */
const NO_SPACE_BEFORE = /^([.,;:!?%)\]}…’”»]+|'|''|['’](s|d|m|re|ve|ll)|n['’]t)$/i;
const NO_SPACE_AFTER = /^([([{“‘«$£€#]|``)$/;

/** Whether readable text has no space before this token. */
export function joinsPrevious(token: string): boolean {
  return NO_SPACE_BEFORE.test(token);
}

/** Whether readable text has no space after this token. */
export function joinsNext(token: string): boolean {
  return NO_SPACE_AFTER.test(token);
}

/** Whether a space next to this token may come from tokenisation. */
export function isPunctuation(token: string): boolean {
  return token === '"' || joinsPrevious(token) || joinsNext(token);
}
