import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UnrolledError } from '../../errors.ts';
import { host } from '../terminal/host.ts';

/** The names of standard input. Opening one of the last three again would fail if it is a socket. */
const NAMES: readonly string[] = ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

const CHUNK = 2 ** 16;
/** The most that Node reads from a file at once. */
const MAX_BYTES = 2 ** 31 - 1;
const PAUSE_MS = 10;

export function isStandardInput(path: string): boolean {
  return NAMES.includes(path);
}

/** The name of a file in messages. */
export function displayName(path: string): string {
  return isStandardInput(path) ? 'standard input' : path;
}

/** A launcher gives standard input to rank 0 alone. @throws {UnrolledError} `option-conflict` when one of the paths is standard input */
export function checkReadableByAll(
  where: string,
  paths: readonly (string | null | undefined)[],
  processes: number,
): void {
  if (!paths.some((path) => path != null && isStandardInput(path))) return;
  throw new UnrolledError(
    'option-conflict',
    `${where}: got standard input, which only rank 0 of the ${processes} processes has; each of them reads the texts. ` +
      'Save the text as a file, on every machine.',
  );
}

/**
 * Reads all of standard input: a pipe (blocking or not), a socket, a file or a terminal. A closed one is empty. Throws the
 * system's error, or UnrolledError if it is too large.
 */
export function readStandardInput(): Uint8Array {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let chunk = nextChunk(); chunk !== null; chunk = nextChunk()) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw tooLarge();
  }
  return Buffer.concat(chunks, bytes);
}

/** Standard input as a stream. */
export function streamStandardInput(): Readable {
  return host().stdin;
}

/** Waits for the next chunk; null at the end. */
function nextChunk(): Uint8Array | null {
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    try {
      const length = readSync(host().stdinFd, chunk);
      return length === 0 ? null : chunk.subarray(0, length);
    } catch (error) {
      const { code } = Object(error) as { readonly code?: string };
      if (code === 'EOF') return null; // the end of input on Windows
      if (code !== 'EAGAIN') throw error;
      pause(PAUSE_MS);
    }
  }
}

/** Blocks the thread for a time in milliseconds. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function tooLarge(): UnrolledError {
  return new UnrolledError(
    'file-large',
    `standard input: it has more than ${MAX_BYTES} bytes; that is too large to read at once. Use a part of it.`,
  );
}
