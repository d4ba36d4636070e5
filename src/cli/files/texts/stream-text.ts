import { constants, createReadStream, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { fileError } from '../../../formats/file-error.ts';
import { TextBytes } from '../../../formats/text/text-bytes.ts';
import { say } from '../../terminal/streams.ts';
import { printable } from '../../terminal/style.ts';
import { displayName, isStandardInput, streamStandardInput } from '../standard-input.ts';
import { carriageReturns, emptyText } from './read.ts';

/**
 * The text of a file, or with `-` of standard input, in chunks as they come; without a byte order mark.
 * Throws UnrolledError when it can't be read, is empty or is not UTF-8, and an AbortError when aborted.
 */
export async function* streamText(path: string, signal: AbortSignal): AsyncGenerator<string, void> {
  const decoder = new TextBytes(displayName(path));
  let [begun, said] = [false, false];
  for await (const text of textOf(decoder, streamBytes(path, signal))) {
    if (decoder.isCr && !said) say(printable(carriageReturns(path)));
    said ||= decoder.isCr;
    if (text === '') continue;
    begun = true;
    yield text;
  }
  if (!begun) throw emptyText(path);
}

async function* textOf(decoder: TextBytes, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  for await (const chunk of chunks) yield decoder.push(chunk);
  yield decoder.end();
}

/** The bytes of a file or of standard input, in chunks as they come. Throws UnrolledError, and an AbortError when aborted. */
export async function* streamBytes(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  try {
    yield* addAbortSignal(signal, openStream(path));
  } catch (error) {
    throw fileError(displayName(path), error);
  }
}

/**
 * A pipe may have no writer for long, or one that says nothing, and a thread that waits for it can't be ended: the process
 * would outlive every signal. Other systems than Linux take a pipe that has no writer yet for one that has ended.
 */
function openStream(path: string): Readable {
  if (isStandardInput(path)) return streamStandardInput();
  const isPipe = process.platform === 'linux' && statSync(path, { throwIfNoEntry: false })?.isFIFO();
  if (!isPipe) return createReadStream(path);
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
}
