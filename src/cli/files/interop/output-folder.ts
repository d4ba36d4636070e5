import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileError } from '../../../formats/file-error.ts';
import { checkNotInUse } from '../target.ts';
import { checkWritable, writeFileAtomically } from '../write.ts';

/**
 * Writes files below a folder, which is created if it does not exist. Each file is replaced atomically, the first one, which
 * needs the others, last. Throws UnrolledError, also for a file that is one of `inUse`.
 */
export function writeOutputs(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  inUse: readonly string[],
): readonly { readonly path: string; readonly bytes: number }[] {
  const paths = [...files].map(([name, bytes]) => ({ path: join(folder, name), bytes }));
  for (const { path } of paths) checkNotInUse('--out', path, inUse);
  for (const { path } of paths) createFolder(dirname(path));
  for (const { path } of paths) checkWritable(path);
  for (const { path, bytes } of paths.toReversed()) writeFileAtomically(path, bytes);
  return paths.map(({ path, bytes }) => ({ path, bytes: bytes.length }));
}

/** The names in a folder that are not among the written files, sorted: an earlier export may have left them. */
export function othersIn(folder: string, files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !files.has(name))
    .sort();
}

function createFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileError(path, error);
  }
}
