import type { CompactLine, ScoredToken } from 'unrolled';

/** A scored token with what is shown of it, and the white space before it. */
export interface ShownToken extends ScoredToken {
  readonly space: string;
  /** The characters that no earlier token has. */
  readonly fresh: string;
  /** The same for display, with marks for what can't be seen. */
  readonly shown: string;
}

/** The tokens of a line or a piece of one. @param offset the start of the piece in its line, in UTF-16 units */
export function shownTokens(line: CompactLine, offset: number): ShownToken[] {
  let end = offset;
  return Array.from(line.tokens, (token) => {
    const space = line.text.slice(end - offset, Math.max(end, token.start) - offset);
    const fresh = token.text.slice(Math.max(0, end - token.start));
    end = Math.max(end, token.end);
    return { ...token, space, fresh, shown: visibleText(fresh, token.text) };
  });
}

/** A line end and the end of an item are shown by a mark, and so is a later part of a character. */
function visibleText(fresh: string, whole: string): string {
  if (/\n$/.test(fresh)) return `${fresh.replace(/\r?\n$/, '')}⏎`;
  if (fresh !== '') return fresh.replaceAll('\t', '⇥');
  return whole === '' ? '∎' : '·';
}

/** Characters that take two columns: Hangul, Kana, Han, wide forms and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/gu;
const NARROW = /^[ -~]*$/;

/** The width of a text in a monospaced face, in columns. */
export function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  return [...text].length + (text.match(WIDE)?.length ?? 0);
}
