/** Control and invisible characters written out, so that no text can steer the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => ESCAPES.get(character) ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
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
export function hasColour(stream: NodeJS.WriteStream = process.stdout): boolean {
  const forced = process.env.FORCE_COLOR;
  if (forced) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

export function bold(text: string): string {
  return hasColour() ? `\x1b[1m${text}\x1b[22m` : text;
}
