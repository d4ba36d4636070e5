import { concatBytes, peekStart } from '../peek-start.ts';
import { bomEncoding, nulBytesError } from './encodings.ts';
import { isBomDecided, TextBytes } from './text-bytes.ts';

const [NUL, NEWLINE, RETURN] = [0, 10, 13];
/** The UTF-8 byte order mark. */
const MARK = [0xef, 0xbb, 0xbf];
/** Number of bytes that decide about line ends, as in `LineEnds`. */
const START = 2 ** 16;
/** Minimum number of bytes for a meaningful fraction of NUL bytes. */
const MIN_BYTES = 64;

/**
 * The bytes of a file of independent lines as UTF-8: without a byte order mark, with old Mac line ends (CR only) converted to
 * LF. The first chunk is checked for NUL bytes. Other encodings, by `encoding` or byte order mark, are decoded like
 * `TextBytes`, with its errors.
 * @param onCr called once if CR ends the lines
 */
export async function* withLineFeeds(
  where: string,
  bytes: AsyncIterable<Uint8Array>,
  onCr: () => void,
  encoding?: string | null,
): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekStart(bytes, (start) => !isBomDecided(start));
  const marked = bomEncoding(start);
  const isUtf8 = encoding == null && (marked === null || marked === 'UTF-8');
  yield* isUtf8 ? ofUtf8(where, chunks, onCr) : recoded(new TextBytes(where, { encoding }), chunks, onCr);
}

async function* recoded(
  decoder: TextBytes,
  chunks: AsyncIterable<Uint8Array>,
  onCr: () => void,
): AsyncGenerator<Uint8Array, void> {
  const utf8 = new TextEncoder();
  let said = false;
  const written = (text: string) => {
    if (decoder.isCr && !said) onCr();
    said = decoder.isCr;
    return utf8.encode(text);
  };
  for await (const chunk of chunks) yield written(decoder.push(chunk));
  yield written(decoder.end());
}

async function* ofUtf8(
  where: string,
  chunks: AsyncIterable<Uint8Array>,
  onCr: () => void,
): AsyncGenerator<Uint8Array, void> {
  let isCr: boolean | null = null;
  let held: Uint8Array[] = [];
  let size = 0;
  const begin = () => {
    const start = concatBytes(held);
    isCr = start.includes(RETURN) && !start.includes(NEWLINE);
    if (isCr) onCr();
    held = [];
    const unmarked = MARK.every((byte, i) => start[i] === byte) ? start.subarray(MARK.length) : start;
    return isCr ? translated(unmarked) : unmarked;
  };
  for await (const chunk of chunks) {
    if (isCr !== null) {
      yield isCr ? translated(chunk) : chunk;
      continue;
    }
    held.push(chunk);
    if (size === 0) checkStart(where, chunk);
    size += chunk.length;
    if (size >= START || chunk.includes(NEWLINE)) yield begin();
  }
  if (held.length > 0) yield begin();
}

function checkStart(where: string, start: Uint8Array): void {
  let nuls = 0;
  for (const byte of start) if (byte === NUL) nuls++;
  if (start.length >= MIN_BYTES && 10 * nuls >= start.length)
    throw nulBytesError(where, start, nuls / start.length);
}

function translated(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === RETURN ? NEWLINE : byte));
}
