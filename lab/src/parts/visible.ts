/** Marks of white space that is common in texts. */
const MARKS: Readonly<Record<string, string>> = { '\n': '⏎', '\t': '⇥', ' ': '␣' };

/** A token in which white space and control characters can be seen. */
export function visible(token: string): string {
  const text = token.replace(/[\p{Cc} ]/gu, (character) => MARKS[character] ?? codePoint(character));
  // Joiners within an emoji stay as they are.
  return /^[\p{Cf}\p{Z}]+$/u.test(text) ? text.replace(/./gsu, codePoint) : text || '∅';
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) as number;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
