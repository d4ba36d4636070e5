import { fileURLToPath } from 'node:url';
import type { SourceText } from '../../../recipe/text/training-data.ts';
import { packageFile } from '../../package-files.ts';
import { readText } from './read.ts';

/** Reads the bundled speeches; the build writes them. */
export function readBundled(part: 'train' | 'valid' | 'test'): Promise<SourceText> {
  return readText(fileURLToPath(packageFile(`dist/corpus/${part}.txt`)));
}
