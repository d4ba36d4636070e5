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
 * The bytes of a file or of standard input, in chunks as they come. Throws UnrolledError, also where a file changes
 * meanwhile, and an AbortError when aborted.
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

/** What a text that grows or shrinks gives is neither the old one nor the new one. */
function checkUnchanged(path: string, read: number, before: Stats, after: Stats): void {
  const isVirtual = before.size === 0 && after.size === 0;
  const isSame = before.size === after.size && before.mtimeMs === after.mtimeMs;
  if (isSame && (isVirtual || read === before.size)) return;
  const got =
    before.size === after.size && read === before.size
      ? 'its bytes were written anew'
      : `it had ${count(before.size)} bytes at first, ${count(after.size)} at the end, and ${count(read)} were read`;
  throw new UnrolledError(
    'file-in-use',
    `${path}: the file changed while it was read: ${got}; it needs to stay as it is. ` +
      'Wait for the program that writes it, or copy the file first.',
  );
}

/**
 * A pipe may have no writer for long, or one that says nothing, and a thread that waits for it can't be ended: the process
 * would outlive every signal. Other systems than Linux take a pipe that has no writer yet for one that has ended.
 */
function openStream(path: string): Readable {
  if (isStandardInput(path)) return streamStandardInput();
  const isPipe = process.platform === 'linux' && statSync(path).isFIFO();
  if (!isPipe) return createReadStream(path);
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
}
