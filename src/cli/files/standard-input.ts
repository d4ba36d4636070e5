import { readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { UnrolledError } from '../../errors.ts';
import { host } from '../terminal/host.ts';

/** How an operand or a flag names standard input. To open the others anew fails where it is a socket. */
const NAMES: readonly string[] = ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

const CHUNK = 2 ** 16;
/** As much as Node reads of a file at once. */
const MAX_BYTES = 2 ** 31 - 1;
const PAUSE_MS = 10;

export function isStandardInput(path: string): boolean {
  return NAMES.includes(path);
}

/** What errors call a file. */
export function displayName(path: string): string {
  return isStandardInput(path) ? 'standard input' : path;
}

/**
 * All of standard input: a pipe, also one that another program made non-blocking, a socket, a file, or what is typed at a
 * terminal. Closed, it is empty. Throws the system's error, and UnrolledError where it is too large.
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

/** The same as a stream, for what is used as it comes. */
export function streamStandardInput(): Readable {
  return host().stdin;
}

/** Waits until there is something to read; null at the end. */
function nextChunk(): Uint8Array | null {
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    try {
      const length = readSync(host().stdinFd, chunk);
      return length === 0 ? null : chunk.subarray(0, length);
    } catch (error) {
      const { code } = Object(error) as { readonly code?: string };
      if (code === 'EOF') return null; // how Windows says it
      if (code !== 'EAGAIN') throw error;
      pause(PAUSE_MS);
    }
  }
}

/** Waits without the event loop. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function tooLarge(): UnrolledError {
  return new UnrolledError(
    'file-large',
    `standard input: it has more than ${MAX_BYTES} bytes, which are not read at once. Use a part of it.`,
  );
}
