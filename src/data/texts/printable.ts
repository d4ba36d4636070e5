/**
 * Control and invisible characters, except those that text needs: the joiners of Persian, Indic scripts and emoji, the number
 * signs of Arabic and Syriac, and emoji tag sequences. A constructor, because the literal flag v is newer than the build target.
 */
const STEERING = new RegExp(
  '\\p{RGI_Emoji_Tag_Sequence}|' +
    '[[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]--[\\u200c\\u200d\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2]]',
  'gv',
);

/** Escapes control and invisible characters, so that no text can control the terminal. */
export function printable(text: string): string {
  return escapeSteering(
    text,
    (character) => ESCAPES.get(character) ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Replaces control and invisible characters by what `written` returns. */
export function escapeSteering(text: string, written: (character: string) => string): string {
  return text.replace(STEERING, (found) =>
    /^\p{Extended_Pictographic}/u.test(found) ? found : written(found),
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Escapes as `printable` does, but keeps newlines and tabs. */
export function printableText(text: string): string {
  const parts = text.split(/([\n\t])/);
  return parts.map((part, i) => (i % 2 === 1 ? part : printable(part))).join('');
}
