import { host } from './host.ts';

/**
 * Control and invisible characters, but for those that writing needs: the joiners of Persian, of Indian scripts and of
 * emoji, the signs around numbers in Arabic and Syriac, the tags of a flag. TypeScript's target lacks the flag v.
 */
const STEERING = new RegExp(
  '\\p{RGI_Emoji_Tag_Sequence}|' +
    '[[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]--[\\u200c\\u200d\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2]]',
  'gv',
);

/** Control and invisible characters written out, so that no text can steer the terminal. */
export function printable(text: string): string {
  return escapeSteering(
    text,
    (character) => ESCAPES.get(character) ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The same, written out in another way. */
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

/** The same for running text, in which newlines and tabs are welcome. */
export function printableText(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}

/**
 * Whether colours are wanted: on a terminal, and not where NO_COLOR is set (https://no-color.org).
 * FORCE_COLOR wants them everywhere, or with 0 or false nowhere, and comes first, as in Node.
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
