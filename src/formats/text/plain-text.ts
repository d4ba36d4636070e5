import { UnrolledError } from '../../errors.ts';
import { endsLinesWithCr } from './line-ends.ts';

/**
 * Normalises a string passed by a program as `TextBytes` does for a file: removes a byte order mark and converts old Mac
 * line ends (CR only) to LF. Throws UnrolledError for a lone surrogate, which no encoding can write, and if 10 % of the
 * text or more is NUL, as in UTF-16 read as another encoding.
 *
 * @param where begins each error message
 */
export function plainText(text: string, where: string): string {
  const half = /\p{Surrogate}/u.exec(text);
  if (half) {
    const code = half[0].charCodeAt(0).toString(16).toUpperCase();
    throw new UnrolledError(
      'not-utf8',
      `${where}: the text has a lone surrogate (U+${code}) at ${half.index}; it must be well-formed. ` +
        'Cut texts between characters, or pass text.toWellFormed().',
    );
  }
  let nuls = 0;
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) nuls++;
  if (nuls > 0 && 10 * nuls >= text.length) {
    throw new UnrolledError(
      'not-utf8',
      `${where}: ${Math.round((100 * nuls) / text.length)}% of the text is NUL, as in UTF-16; it must be decoded text. ` +
        'Read the file with its encoding.',
    );
  }
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  return endsLinesWithCr(unmarked) ? unmarked.replaceAll('\r', '\n') : unmarked;
}
