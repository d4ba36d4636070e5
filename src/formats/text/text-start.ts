import { manyNuls, markedEncoding, otherEncoding } from './encodings.ts';

const [NUL, NEWLINE, RETURN] = [0, 10, 13];
/** How much of a file says what it is, in bytes: as much as `LineEnds` holds back. */
const START = 2 ** 16;
/** Of a shorter beginning, its share of NUL bytes says nothing yet. */
const LEAST = 64;

/**
 * The bytes of a file whose lines are texts of their own: checked for another encoding by their first chunk, and with LF
 * where CR alone ends the lines. Throws UnrolledError as `TextBytes` does.
 * @param onCr called once where CR ends the lines
 */
export async function* withLineFeeds(
  where: string,
  chunks: AsyncIterable<Uint8Array>,
  onCr: () => void,
): AsyncGenerator<Uint8Array, void> {
  let isCr: boolean | null = null;
  let held: Uint8Array[] = [];
  let before = 0;
  for await (const chunk of chunks) {
    if (before === 0) checkStart(where, chunk);
    before += chunk.length;
    if (isCr !== null) {
      yield isCr ? translated(chunk) : chunk;
      continue;
    }
    held.push(chunk);
    if (chunk.includes(NEWLINE)) isCr = false;
    else if (before < START) continue;
    else isCr = held.some((part) => part.includes(RETURN));
    if (isCr) onCr();
    for (const part of held) yield isCr ? translated(part) : part;
    held = [];
  }
  isCr = held.some((part) => part.includes(RETURN));
  if (isCr) onCr();
  for (const part of held) yield isCr ? translated(part) : part;
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
