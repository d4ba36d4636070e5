import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { printable } from '../../../data/texts/printable.ts';
import { TextBytes, type TextBytesOptions } from '../../../formats/text/text-bytes.ts';
import type { FileInfo } from '../../../recipe/text/training-data.ts';
import { printNotice } from '../../terminal/streams.ts';
import { displayName } from '../standard-input.ts';
import { carriageReturns, emptyText } from './messages.ts';
import { streamBytes } from './source-bytes.ts';
import { unpacked } from './unpack.ts';

/** Options for reading texts. */
export interface ReadOptions extends TextBytesOptions {
  /** Whether a file may be empty. Default: false, an empty file is an error. */
  readonly allowEmpty?: boolean | undefined;
  /** Aborts the reading with its reason, or an AbortError. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of bytes of each chunk read, before unpacking. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** A part of a text. */
export interface TextPart {
  /** The path as given. */
  readonly file: string;
  /** Whole characters. May be empty in the last part. */
  readonly text: string;
  /** The record of the file, with its last part; otherwise null. */
  readonly end: FileInfo | null;
}

/**
 * Reads the texts of files in chunks, one file after the other, in constant memory. `-` is standard input; gzip files are
 * unpacked. Throws UnrolledError if a file can't be read, is empty, changes while it is read or is invalid in its encoding, and an
 * AbortError when aborted.
 */
export async function* streamTexts(
  paths: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<TextPart, void> {
  for (const path of paths) yield* partsOf(path, options);
}

/** Reads files as one text. A newline is added between two files if the first doesn't end with one. */
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
  { signal, onBytes, allowEmpty, ...reading }: ReadOptions,
): AsyncGenerator<TextPart, void> {
  const decoder = new TextBytes(displayName(file), reading);
  const hash = createHash('sha256');
  let [bytes, begun, said] = [0, false, false];
  const part = (text: string): TextPart => {
    if (decoder.isCr && !said) printNotice(printable(carriageReturns(file)));
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
  if (!begun && !allowEmpty) throw emptyText(file);
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
