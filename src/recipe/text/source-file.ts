import { MAX_TEXT_LENGTH } from '../../data/texts/text-length.ts';
import { UnrolledError } from '../../errors.ts';
import { TextBytes, type TextBytesOptions } from '../../formats/text/text-bytes.ts';
import { YieldTimer } from '../../yield-timer.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { sha256 } from './sha256.ts';
import type { SourceText } from './training-data.ts';

/** Options of `sourceFile`. */
export interface SourceFileOptions extends TextBytesOptions {
  /** Maximum number of bytes of the unpacked text, which bounds the memory of a small file that unpacks to a large one. Default 2^29 − 24. */
  readonly maxBytes?: number | undefined;
  /** Stops unpacking when aborted. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a `SourceText` from the bytes of a file, as the command line reads it: a gzip file, of one member or several, is unpacked, a byte order mark
 * decides the encoding, CR line ends are recognised when the text has no LF.
 *
 * @param name shown in messages and stored in the model file. Default `text`
 * @param options the encoding, if it is neither UTF-8 nor told by a byte order mark; a limit; a signal
 * @throws {UnrolledError} code `not-utf8` or `file-foreign` for bytes that are not text in the encoding, `file-damaged` for a
 * damaged gzip file, `text-empty` for an empty text, `file-large` for one that is too long, `unknown-name` for an unknown
 * encoding; the signal's reason when aborted
 */
export async function sourceFile(
  bytes: Uint8Array,
  name: string = 'text',
  options: SourceFileOptions = {},
): Promise<SourceText> {
  const { maxBytes = MAX_TEXT_LENGTH, signal } = options;
  const timer = new YieldTimer();
  const onLength = async (length: number) => {
    checkLength(name, length, maxBytes);
    await timer.yieldIfDue(); // otherwise no message that aborts would arrive
    signal?.throwIfAborted();
  };
  const plain = isGzip(bytes) ? await gunzip(bytes, onLength, (length) => damagedError(name, length)) : bytes;
  checkLength(name, plain.length, maxBytes);
  const decoder = new TextBytes(name, options);
  const text = decoder.push(plain) + decoder.end();
  if (text === '') {
    throw new UnrolledError(
      'text-empty',
      `${name}: the file is empty; it needs some text. Choose another file.`,
    );
  }
  const { encoding } = decoder;
  const info = { name, text, sha256: await sha256(plain), bytes: plain.length };
  return encoding === 'utf-8' ? info : { ...info, encoding };
}

function damagedError(name: string, length: number): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${name}: the gzip file is damaged or truncated after ${length} bytes of text; it must be complete. Download or compress it again.`,
  );
}

/** Throws for a text that is too long. One byte decodes to one UTF-16 unit or fewer, so a text of fewer bytes fits into a string. */
function checkLength(name: string, length: number, maxBytes: number): void {
  if (length <= maxBytes) return;
  throw new UnrolledError(
    'file-large',
    `${name}: the text has more than ${maxBytes.toLocaleString('en')} bytes, the maximum. Use a part of it.`,
  );
}
