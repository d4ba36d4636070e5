import { checkText } from '../../data/text-codec.ts';
import { plainText } from '../../formats/text/plain-text.ts';
import { sha256 } from './sha256.ts';
import type { SourceText } from './training-data.ts';

/**
 * Makes a `SourceText` from a string, with the SHA-256 of its UTF-8 bytes. Pages that are not served over HTTPS lack Web Crypto:
 * the hash is then empty, and a resumed run can't detect a changed text. A leading byte order mark is removed, and CR line
 * ends are recognised when the text has no LF.
 * @param name shown in messages and stored in the model file. Default `text`
 * @throws {UnrolledError} `option-value` for a value that is not text, `not-utf8` or `file-foreign` for lone surrogates and many NUL
 * characters
 */
export async function sourceText(text: string, name: string = 'text'): Promise<SourceText> {
  checkText('sourceText', text);
  const bytes = new TextEncoder().encode(text);
  return { name, text: plainText(text, name), sha256: await sha256(bytes), bytes: bytes.length };
}
