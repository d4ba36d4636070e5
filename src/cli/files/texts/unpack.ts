import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnrolledError } from '../../../errors.ts';
import { peekStart } from '../../../formats/peek-start.ts';
import { count } from '../../terminal/format.ts';

/** The first bytes of a gzip file. */
const GZIP = [0x1f, 0x8b, 8];

/**
 * Unpacks bytes if they are a gzip file, with any number of members; other bytes are unchanged. Throws UnrolledError for a truncated or
 * damaged file.
 * @param where the file's name, for errors
 */
export async function* unpacked(
  where: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const { start, chunks } = await peekStart(bytes, isStartOfGzip);
  const isGzip = start.length >= GZIP.length && GZIP.every((byte, i) => start[i] === byte);
  yield* isGzip ? gunzipped(where, chunks) : chunks;
}

/** Whether more bytes are needed to decide. */
function isStartOfGzip(start: Uint8Array): boolean {
  return start.length < GZIP.length && start.every((byte, i) => byte === GZIP[i]);
}

async function* gunzipped(
  where: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip();
  // Errors are also emitted by the last stream.
  pipeline(Readable.from(chunks, { objectMode: false }), gunzip, () => {});
  let length = 0;
  try {
    for await (const chunk of gunzip) {
      length += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw archiveError(where, error, length);
  }
}

function archiveError(where: string, error: unknown, length: number): unknown {
  const { code } = Object(error) as { readonly code?: string };
  if (!code?.startsWith('Z_')) return error;
  const what = code === 'Z_BUF_ERROR' ? 'is truncated' : 'is damaged';
  return new UnrolledError(
    'file-damaged',
    `${where}: the gzip file ${what} after ${count(length)} bytes of text; it must be complete. ` +
      'Download or compress it again.',
  );
}
