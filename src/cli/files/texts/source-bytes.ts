import { constants, createReadStream, openSync, type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { UnrolledError } from '../../../errors.ts';
import { fileError } from '../../../formats/file-error.ts';
import { count } from '../../terminal/format.ts';
import { displayName, isStandardInput, streamStandardInput } from '../standard-input.ts';

const CHUNK = 2 ** 17;

/**
 * The bytes of a file or of standard input, in chunks. Throws UnrolledError if it can't be read or changes while it is read, and an
 * AbortError when aborted.
 */
export async function* streamBytes(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
  try {
    if (isRegular(path)) yield* fileBytes(path, signal);
    else {
      const stream = openStream(path);
      yield* signal ? addAbortSignal(signal, stream) : stream;
    }
  } catch (error) {
    throw fileError(displayName(path), error);
  }
}

function isRegular(path: string): boolean {
  return !isStandardInput(path) && statSync(path).isFile();
}

async function* fileBytes(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void> {
  const file = await open(path);
  try {
    const before = await file.stat();
    let read = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(CHUNK), 0, CHUNK);
      if (bytesRead === 0) break;
      read += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
    checkUnchanged(path, read, before, await file.stat());
  } finally {
    await file.close();
  }
}

/** Throws if the file changed while it was read: the text would be neither the old nor the new one. */
function checkUnchanged(path: string, read: number, before: Stats, after: Stats): void {
  const isVirtual = before.size === 0 && after.size === 0;
  const isSame = before.size === after.size && before.mtimeMs === after.mtimeMs;
  if (isSame && (isVirtual || read === before.size)) return;
  const got =
    before.size === after.size && read === before.size
      ? 'it was rewritten'
      : `it had ${count(before.size)} bytes at first, ${count(after.size)} at the end, and ${count(read)} were read`;
  throw new UnrolledError(
    'file-in-use',
    `${path}: the file changed while it was read: ${got}; it must not change. ` +
      'Wait for the program that writes it, or use a copy.',
  );
}

/**
 * Opens a stream. On Linux, a named pipe is opened as a socket: a thread blocked on a silent pipe can't be stopped, and the
 * process would not react to signals. Other systems treat a pipe without a writer as ended.
 */
function openStream(path: string): Readable {
  if (isStandardInput(path)) return streamStandardInput();
  const isPipe = process.platform === 'linux' && statSync(path).isFIFO();
  if (!isPipe) return createReadStream(path);
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
}
