import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { printable, printableText } from '../../data/texts/printable.ts';
import { fileError } from '../../formats/file-error.ts';
import { host } from './host.ts';

/** Error codes of a write to a pipe, socket or terminal whose reader has closed it. */
const GONE: readonly string[] = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];
const FAILED = 1;

/** How long a stalled reader may delay the exit, in milliseconds. */
const FLUSH_MS = 2000;

/** Aborted when standard output has failed. */
let reader = new AbortController();
/** Aborted when the program no longer waits for slow readers. */
let patience = new AbortController();
let survivesOutputEnd = false;
let drain: Promise<void> | null = null;

/**
 * Handles errors of the standard streams. Call once per host, before anything is written. Errors of standard error are ignored. An
 * error of standard output ends the program at once: with status 0 if the reader closed the pipe, as `head` does, otherwise with a
 * message and status 1, for example if the disk is full.
 */
export function guardStreams(): void {
  reader = new AbortController();
  patience = new AbortController();
  survivesOutputEnd = false;
  drain = null;
  host().stderr.on('error', () => {});
  host().stdout.on('error', outputEnded);
}

/** Ends the process with the status of SIGHUP if one of its terminals is gone at the exit. */
export function guardTerminals(): void {
  const terminals = [0, 1, 2].filter((stream) => isatty(stream));
  process.on('exit', () => {
    if (!terminals.every((stream) => isatty(stream))) hangUp();
  });
}

/** Ends the process by SIGHUP. Node would abort, because it can't restore a terminal that was closed. */
function hangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/**
 * From now on, an error of standard output doesn't end the program.
 * @returns a signal that is aborted at such an error
 */
export function surviveOutputEnd(): AbortSignal {
  survivesOutputEnd = true;
  return reader.signal;
}

/**
 * Writes to standard output, or nothing once it has failed. Resolves when a slow reader has caught up, so that output never
 * accumulates in memory. Never rejects.
 */
export async function print(text: string | Uint8Array): Promise<void> {
  if (text.length === 0 || reader.signal.aborted) return;
  if (isFile()) printToFile(typeof text === 'string' ? Buffer.from(text) : text);
  else if (!host().stdout.write(text)) await drained();
}

/** Prints text of a model; on a terminal, control characters are escaped. */
export function printModelText(text: string): Promise<void> {
  return print(host().stdout.isTTY ? printableText(text) : text);
}

/** Writes a line to standard error. */
export function printNotice(line: string): void {
  host().stderr.write(`${line}\n`);
}

/** Resolves when the output has been read, or the program no longer waits for it. */
function drained(): Promise<void> {
  const done = () => {
    drain = null;
  };
  // Errors are handled by their own listener, which runs first.
  drain ??= once(host().stdout, 'drain', { signal: patience.signal }).then(done, done);
  return drain;
}

/** Stops waiting for slow readers of standard output, because the program is about to exit. */
export function stopWaiting(): void {
  patience.abort();
}

/** Sets the exit status. After `stopWaiting`, the program exits within two seconds and may lose output, but no saved files. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
  if (patience.signal.aborted) setTimeout(() => process.exit(status), FLUSH_MS).unref();
}

function outputEnded(error: unknown): void {
  const gone = hasNoReader(error);
  const sentence = fileError('standard output', error);
  if (!gone) printNotice(sentence instanceof Error ? printable(sentence.message) : String(sentence));
  if (!survivesOutputEnd) host().exit(gone ? 0 : FAILED);
  reader.abort();
}

/** A closed terminal reports EIO, which is a real error anywhere else. */
function hasNoReader(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: string };
  return code !== undefined && (GONE.includes(code) || (code === 'EIO' && host().stdout.isTTY));
}

function isFile(): boolean {
  try {
    return fstatSync(host().stdout.fd).isFile();
  } catch {
    return false;
  }
}

/** Writes to a file. On a nearly full disk, a write may be partial, which Node's stream for files doesn't notice. */
function printToFile(bytes: Uint8Array): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(host().stdout.fd, bytes, done);
  } catch (error) {
    outputEnded(error);
  }
}
