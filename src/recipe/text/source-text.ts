import { checkText } from '../../data/text-codec.ts';
import { plainText } from '../../formats/text/plain-text.ts';
import type { SourceText } from './training-data.ts';

/**
 * A text as a run needs it, with the SHA-256 of its UTF-8 by Web Crypto. A page that isn't served over HTTPS has none:
 * the digest is then empty, and a resumed run can't tell whether its text is the same. A byte order mark
 * at the start is dropped, and CR ends the lines where the text has no LF. Throws UnrolledError for what is no text: half a
 * surrogate pair, many NUL characters.
 * @param name for people and the model file. Default `text`
 */
export async function sourceText(text: string, name: string = 'text'): Promise<SourceText> {
  checkText('sourceText', text);
  const bytes = new TextEncoder().encode(text);
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', bytes);
  return {
    name,
    text: plainText(text, name),
    sha256: digest ? hexOf(new Uint8Array(digest)) : '',
    bytes: bytes.length,
  };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
