import { manyNuls, markedEncoding, otherEncoding } from './encodings.ts';

const [NUL, NEWLINE, RETURN] = [0, 10, 13];
/** The byte order mark of UTF-8. */
const MARK = [0xef, 0xbb, 0xbf];
/** How much of a file says what it is, in bytes: as much as `LineEnds` holds back. */
const START = 2 ** 16;
/** Of a shorter beginning, its share of NUL bytes says nothing yet. */
const LEAST = 64;

/**
 * The bytes of a file whose lines are texts of their own: checked for another encoding by their first chunk, without a byte
 * order mark, and with LF where CR alone ends the lines. Throws UnrolledError as `TextBytes` does.
 * @param onCr called once where CR ends the lines
 */
export async function* withLineFeeds(
  where: string,
  chunks: AsyncIterable<Uint8Array>,
  onCr: () => void,
): AsyncGenerator<Uint8Array, void> {
  let isCr: boolean | null = null;
  let held: Uint8Array[] = [];
  let size = 0;
  const begin = () => {
    const start = joined(held, size);
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

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function checkStart(where: string, start: Uint8Array): void {
  const encoding = markedEncoding(start);
  if (encoding !== null) throw otherEncoding(where, encoding);
  let nuls = 0;
  for (const byte of start) if (byte === NUL) nuls++;
  if (start.length >= LEAST && 10 * nuls >= start.length) throw manyNuls(where, start, nuls / start.length);
}

function translated(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === RETURN ? NEWLINE : byte));
}
