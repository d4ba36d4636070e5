import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { TextBytes, type TextBytesOptions } from '../../../formats/text/text-bytes.ts';
import type { FileInfo } from '../../../recipe/text/training-data.ts';
import { say } from '../../terminal/streams.ts';
import { printable } from '../../terminal/style.ts';
import { displayName } from '../standard-input.ts';
import { carriageReturns, emptyText } from './messages.ts';
import { streamBytes } from './source-bytes.ts';
import { unpacked } from './unpack.ts';

/** How texts are read. */
export interface ReadOptions extends TextBytesOptions {
  /** Whether a file may be empty. Default: that is an error */
  readonly mayBeEmpty?: boolean | undefined;
  /** Ends the reading with its reason, or an AbortError. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of bytes of each chunk as it lies on the disk, packed or not. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** A part of a text. */
export interface TextPart {
  /** The path as it was given. */
  readonly file: string;
  /** Whole characters; it may be empty where `end` is there. */
  readonly text: string;
  /** What the file was, with its last part; else null. */
  readonly end: FileInfo | null;
}

/**
 * The texts of files in chunks, one file after the other, in constant memory: `-` is standard input, and gzip archives
 * are unpacked. Throws UnrolledError when a file can't be read, is empty, changes meanwhile, or is no text in its encoding,
 * and an AbortError when aborted.
 */
export async function* streamTexts(
  paths: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<TextPart, void> {
  for (const path of paths) yield* partsOf(path, options);
}

/** The same as one text: a file that doesn't end its last line gets a newline before the next file begins. */
export async function* streamText(
  paths: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<string, void> {
  let [isOpen, isNext] = [false, false];
  for await (const { text, end } of streamTexts(paths, options)) {
    if (isNext && isOpen) yield '\n';
    isNext = end !== null;
    if (text === '') continue;
    isOpen = !text.endsWith('\n');
    yield text;
  }
}

async function* partsOf(
  file: string,
  { signal, onBytes, mayBeEmpty, ...reading }: ReadOptions,
): AsyncGenerator<TextPart, void> {
  const decoder = new TextBytes(displayName(file), reading);
  const hash = createHash('sha256');
  let [bytes, begun, said] = [0, false, false];
  const part = (text: string): TextPart => {
    if (decoder.isCr && !said) say(printable(carriageReturns(file)));
    said ||= decoder.isCr;
    begun ||= text !== '';
    return { file, text, end: null };
  };
  for await (const chunk of unpacked(displayName(file), counted(streamBytes(file, signal), onBytes))) {
    hash.update(chunk);
    bytes += chunk.length;
    const next = part(decoder.push(chunk));
    if (next.text !== '') yield next;
  }
  const last = part(decoder.end());
  if (!begun && !mayBeEmpty) throw emptyText(file);
  const { encoding } = decoder;
  const info = { name: basename(file), sha256: hash.digest('hex'), bytes };
  yield { ...last, end: encoding === 'utf-8' ? info : { ...info, encoding } };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}
