import { once } from 'node:events';
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { fileError } from '../../formats/file-error.ts';
import { host } from './host.ts';
import { printable, printableText } from './style.ts';

/** What a write to a pipe, a socket or a terminal answers when nobody reads it any more. */
const GONE: readonly string[] = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];
const FAILED = 1;

/** How long a reader that has stalled may hold up a program that is to end. */
const FLUSH_MS = 2000;

/** Aborted when standard output has ended. */
let reader = new AbortController();
/** Aborted when nothing waits for readers any more. */
let patience = new AbortController();
let outliving = false;
let drain: Promise<void> | null = null;

/**
 * Call once for each host, before anything is written. The end of standard error is ignored: nothing but words is lost. The end of
 * standard output ends the program at once: with status 0 where the reader has seen enough, such as `head`, with a sentence
 * and status 1 where the disk is full.
 */
export function guardStreams(): void {
  reader = new AbortController();
  patience = new AbortController();
  outliving = false;
  drain = null;
  host().stderr.on('error', () => {});
  host().stdout.on('error', outputEnded);
}

/** Ends the process as a hang-up does when one of its terminals is gone. */
export function guardTerminals(): void {
  const terminals = [0, 1, 2].filter((stream) => isatty(stream));
  process.on('exit', () => {
    if (!terminals.every((stream) => isatty(stream))) hangUp();
  });
}

/** Node aborts where it can't restore a terminal that is gone; the system ends the program with the status of a hang-up. */
function hangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/**
 * From now on the end of standard output doesn't end the program, which has more to do than to print.
 * @returns aborted when standard output has ended
 */
export function outliveOutput(): AbortSignal {
  outliving = true;
  return reader.signal;
}

/**
 * Writes to standard output; once it has ended, nothing. Resolves when a slow reader has caught up, so that an endless text
 * never piles up. Never rejects.
 */
export async function print(text: string | Uint8Array): Promise<void> {
  if (text.length === 0 || reader.signal.aborted) return;
  if (isFile()) printToFile(typeof text === 'string' ? Buffer.from(text) : text);
  else if (!host().stdout.write(text)) await drained();
}

/** The same for a model's text, which must not steer a terminal. */
export function printModelText(text: string): Promise<void> {
  return print(host().stdout.isTTY ? printableText(text) : text);
}

/** Writes a line to standard error, if anyone reads it. */
export function say(line: string): void {
  host().stderr.write(`${line}\n`);
}

/** Resolves when what was written has been taken, or never will be. */
function drained(): Promise<void> {
  const done = () => {
    drain = null;
  };
  // An error has its listener, which comes first.
  drain ??= once(host().stdout, 'drain', { signal: patience.signal }).then(done, done);
  return drain;
}

/** From now on no reader of standard output is waited for, who may have stalled: the program was told to end. */
export function stopWaiting(): void {
  patience.abort();
}

/** Sets the exit status. What a program that was told to end has written yet may be lost, not what it saved. */
export function endWith(status: number): void {
  process.exitCode = status;
  if (patience.signal.aborted) setTimeout(() => process.exit(status), FLUSH_MS).unref();
}

function outputEnded(error: unknown): void {
  const gone = hasNoReader(error);
  const sentence = fileError('standard output', error);
  if (!gone) say(sentence instanceof Error ? printable(sentence.message) : String(sentence));
  if (!outliving) host().exit(gone ? 0 : FAILED);
  reader.abort();
}

/** A terminal that went away answers EIO, which is damage anywhere else. */
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

/** A nearly full disk takes a part of the bytes, which Node's stream for files doesn't notice. */
function printToFile(bytes: Uint8Array): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(host().stdout.fd, bytes, done);
  } catch (error) {
    outputEnded(error);
  }
}
