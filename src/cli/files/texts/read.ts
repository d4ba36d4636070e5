import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { checkTextLength } from '../../../data/texts/longest-text.ts';
import { UnrolledError } from '../../../errors.ts';
import { fileError } from '../../../formats/file-error.ts';
import { TextBytes } from '../../../formats/text/text-bytes.ts';
import type { SourceText } from '../../../recipe/text/training-data.ts';
import type { ReadingProgress } from '../../print/reading-progress.ts';
import { say } from '../../terminal/streams.ts';
import { printable } from '../../terminal/style.ts';
import { displayName, isStandardInput, readStandardInput } from '../standard-input.ts';

/** `-` is standard input. Throws UnrolledError when the file can't be read. */
export function readBytes(path: string): Uint8Array {
  try {
    return isStandardInput(path) ? readStandardInput() : readFileSync(path);
  } catch (error) {
    throw fileError(displayName(path), error);
  }
}

/** A text, named without its folder. Throws UnrolledError when the file can't be read, is empty, too long or no text. */
export function readText(path: string, progress?: Pick<ReadingProgress, 'file'>): SourceText {
  const where = displayName(path);
  const size = sizeOf(path);
  checkTextLength(where, size, 'bytes');
  progress?.file(where, size);
  const bytes = readBytes(path);
  checkTextLength(where, bytes.length, 'bytes');
  const decoder = new TextBytes(where);
  const text = decoder.push(bytes) + decoder.end();
  if (text === '') throw emptyText(path);
  if (decoder.isCr) say(printable(carriageReturns(path)));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: basename(path), text, sha256, bytes: bytes.length };
}

/** A long file takes its time to read only to be refused. 0 for what has no size, or can't be read anyway. */
function sizeOf(path: string): number {
  try {
    return isStandardInput(path) ? 0 : statSync(path).size;
  } catch {
    return 0;
  }
}

/** The notice about a text that has no newline. */
export function carriageReturns(path: string): string {
  return `${displayName(path)}: its lines end with CR alone, as on old Macs; each CR is read as the end of a line.`;
}

/** The error for a file without a byte. */
export function emptyText(path: string): UnrolledError {
  return new UnrolledError(
    'text-empty',
    `${displayName(path)}: the file is empty; it needs text. Give another file.`,
  );
}
