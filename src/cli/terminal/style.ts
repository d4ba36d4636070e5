import { host } from './host.ts';

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

/**
 * Whether to print colours: on a terminal, unless NO_COLOR is set (https://no-color.org). FORCE_COLOR takes precedence, as in
 * Node: it enables colours, or disables them if it is 0 or false.
 */
export function hasColour(stream: NodeJS.WriteStream = host().stdout): boolean {
  const { env } = host();
  const forced = env.FORCE_COLOR;
  if (forced) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function bold(text: string): string {
  return hasColour() ? `\x1b[1m${text}\x1b[22m` : text;
}
