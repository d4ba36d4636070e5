import { checkTextLength } from '../../data/texts/text-length.ts';
import { UnrolledError } from '../../errors.ts';
import { concatBytes } from '../../formats/peek-start.ts';
import { TextBytes, type TextBytesOptions } from '../../formats/text/text-bytes.ts';
import { sha256 } from './sha256.ts';
import type { SourceText } from './training-data.ts';

/**
 * Makes a `SourceText` from the bytes of a file, as the command line reads it: a gzip file is unpacked, a byte order mark
 * decides the encoding, CR line ends are recognised when the text has no LF.
 *
 * @param name shown in messages and stored in the model file. Default `text`
 * @param options the encoding, if it is neither UTF-8 nor told by a byte order mark
 * @throws {UnrolledError} code `not-utf8` or `file-foreign` for bytes that are not text in the encoding, `file-damaged` for a
 * damaged gzip file, `text-empty` for an empty text, `file-large` for one that is too long, `unknown-name` for an unknown
 * encoding
 */
export async function sourceFile(
  bytes: Uint8Array,
  name: string = 'text',
  options: TextBytesOptions = {},
): Promise<SourceText> {
  const plain = isGzip(bytes) ? await unpacked(bytes, name) : bytes;
  const decoder = new TextBytes(name, options);
  const text = decoder.push(plain) + decoder.end();
  if (text === '') {
    throw new UnrolledError(
      'text-empty',
      `${name}: the file is empty; it needs some text. Choose another file.`,
    );
  }
  checkTextLength(name, text.length, 'characters');
  const { encoding } = decoder;
  const info = { name, text, sha256: await sha256(plain), bytes: plain.length };
  return encoding === 'utf-8' ? info : { ...info, encoding };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

async function unpacked(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // A copy, because a Blob can't hold shared memory.
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      checkTextLength(name, length, 'bytes');
      chunks.push(value);
    }
  } catch (error) {
    if (error instanceof UnrolledError) throw error;
    throw new UnrolledError(
      'file-damaged',
      `${name}: the gzip file is damaged or truncated after ${length} bytes of text; it must be complete. Download or compress it again.`,
    );
  }
  return concatBytes(chunks);
}
