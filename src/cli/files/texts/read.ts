import { readFileSync, statSync } from 'node:fs';
import { checkTextLength } from '../../../data/texts/text-length.ts';
import { fileError } from '../../../formats/file-error.ts';
import type { SourceText } from '../../../recipe/text/training-data.ts';
import type { ReadingProgress } from '../../print/reading-progress.ts';
import { displayName, isStandardInput, readStandardInput } from '../standard-input.ts';
import { emptyText } from './messages.ts';
import { type ReadOptions, streamTexts } from './stream-texts.ts';

/** Reads a file, or standard input (`-`). Throws UnrolledError if it can't be read. */
export function readBytes(path: string): Uint8Array {
  try {
    return isStandardInput(path) ? readStandardInput() : readFileSync(path);
  } catch (error) {
    throw fileError(displayName(path), error);
  }
}

/**
 * Reads a whole text; its name is the file name without the folder. Throws UnrolledError if the file can't be read, is empty, too
 * long or not a text.
 * @param options `progress` is notified before the file is read
 */
export async function readText(
  path: string,
  options: ReadOptions & { readonly progress?: Pick<ReadingProgress, 'file'> } = {},
): Promise<SourceText> {
  const where = displayName(path);
  const size = sizeOf(path);
  checkTextLength(where, size, 'bytes');
  options.progress?.file(where, size);
  const parts: string[] = [];
  let length = 0;
  for await (const { text, end } of streamTexts([path], options)) {
    length += text.length;
    checkTextLength(where, length, 'characters');
    parts.push(text);
    if (end) return { ...end, text: parts.join('') };
  }
  throw emptyText(path);
}

/** The size, to refuse a file that is too long before reading it; 0 if unknown or unreadable. */
function sizeOf(path: string): number {
  try {
    return isStandardInput(path) ? 0 : statSync(path).size;
  } catch {
    return 0;
  }
}
