import { fileURLToPath } from 'node:url';
import { readText, type TextFile } from './read.ts';

/** The speeches that the package brings along; the build writes them. */
export function readBundled(part: 'train' | 'valid' | 'test'): TextFile {
  return readText(fileURLToPath(new URL(`../../corpus/${part}.txt`, import.meta.url)));
}
