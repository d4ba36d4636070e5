const NEWLINE = 10;

/** A word, or a newline. */
export interface Word {
  readonly word: string;
  /** The position of its first UTF-16 unit in the text. */
  readonly start: number;
}

/**
 * The words and newlines of a text, in order; white space separates words. A loop, because /\S+/ overflows the stack in a
 * word of millions of characters if V8 compiles it without optimisation, as it does once a process has many regular
 * expressions.
 */
export function* wordsAndNewlines(text: string): Generator<Word> {
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isSpace(code)) continue;
    if (at > start) yield { word: text.slice(start, at), start };
    if (code === NEWLINE) yield { word: '\n', start: at };
    start = at + 1;
  }
  if (start < text.length) yield { word: text.slice(start), start };
}

/** The position of the last white-space character; −1 if there is none. */
export function lastSpace(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && !isSpace(text.charCodeAt(at))) at--;
  return at;
}

/** Whether a UTF-16 unit is white space, as `\s` in a regular expression is. */
export function isSpace(code: number): boolean {
  if (code < 0xa0) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0x1680) return code === 0xa0;
  if (code < 0x2030)
    return (
      code === 0x1680 ||
      (code >= 0x2000 && code <= 0x200a) ||
      code === 0x2028 ||
      code === 0x2029 ||
      code === 0x202f
    );
  return code === 0x205f || code === 0x3000 || code === 0xfeff;
}
