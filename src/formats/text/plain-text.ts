import { UnrolledError } from '../../errors.ts';
import { endsLinesWithCr } from './line-ends.ts';

/**
 * A text that a program gives, as `TextBytes` would read it from a file: without a byte order mark at its start, and with
 * LF where CR alone ends its lines. Throws UnrolledError for half a surrogate pair, which no encoding can write, and
 * where a tenth or more of the text is NUL, as of UTF-16 that was read as another encoding.
 *
 * @param where for errors
 */
export function plainText(text: string, where: string): string {
  const half = /\p{Surrogate}/u.exec(text);
  if (half) {
    const code = half[0].charCodeAt(0).toString(16).toUpperCase();
    throw new UnrolledError(
      'not-utf8',
      `${where}: the text has half a surrogate pair (U+${code}) at ${half.index}; it needs whole characters. ` +
        'Cut texts between characters, or give text.toWellFormed().',
    );
  }
  let nuls = 0;
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) nuls++;
  if (nuls > 0 && 10 * nuls >= text.length) {
    throw new UnrolledError(
      'not-utf8',
      `${where}: ${Math.round((100 * nuls) / text.length)}% of the text are NUL characters: UTF-16? ` +
        "It needs a text. Read its file in the file's encoding.",
    );
  }
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  return endsLinesWithCr(unmarked) ? unmarked.replaceAll('\r', '\n') : unmarked;
}
