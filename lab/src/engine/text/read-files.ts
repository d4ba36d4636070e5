import { nextTurn, UnrolledError } from 'unrolled';
import { type SourceText, sourceFile } from 'unrolled/recipe';
import { bytesOf } from '../file-bytes.ts';
import type { TextFile } from './calls.ts';

/** The most bytes of a text, unpacked: a tab has a few GB for its tokens and a model. */
const MOST_BYTES = 100_000_000;

/** Reads a file as the command line does. Throws UnrolledError; the signal's reason when aborted. */
export async function readFile(
  { name, contents, encoding }: TextFile,
  signal: AbortSignal,
): Promise<SourceText> {
  const bytes = await bytesOf(name, contents, MOST_BYTES);
  const text = await sourceFile(bytes, name, { encoding, maxBytes: MOST_BYTES, signal });
  await nextTurn(); // lets the message in that aborts
  signal.throwIfAborted();
  return text;
}

/** Reads files one after the other, so that no more than one file over the limit is in memory. */
export async function readFiles(files: readonly TextFile[], signal: AbortSignal): Promise<SourceText[]> {
  const texts: SourceText[] = [];
  let bytes = 0;
  for (const file of files) {
    const text = await readFile(file, signal);
    bytes += text.bytes;
    if (bytes > MOST_BYTES) throw tooMany(file.name);
    texts.push(text);
  }
  return texts;
}

function tooMany(name: string): UnrolledError {
  return new UnrolledError(
    'file-large',
    `${name}: with this file the texts have more than ${MOST_BYTES.toLocaleString('en')} bytes, the maximum. Use fewer files.`,
  );
}
