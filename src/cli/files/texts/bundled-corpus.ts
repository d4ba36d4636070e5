import { fileURLToPath } from 'node:url';
import type { SourceText } from '../../../recipe/text/training-data.ts';
import { readText } from './read.ts';

/** Reads the bundled speeches; the build writes them. */
export function readBundled(part: 'train' | 'valid' | 'test'): Promise<SourceText> {
  return readText(fileURLToPath(new URL(`../../../corpus/${part}.txt`, import.meta.url)));
}
