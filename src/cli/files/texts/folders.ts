import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '../../../formats/file-error.ts';

/** An entry of a folder. */
export interface Entry {
  readonly path: string;
  readonly name: string;
  /** False for a link to a folder, which may form a cycle. */
  readonly isFolder: boolean;
  readonly isHidden: boolean;
}

/** The entries of a folder, sorted by name; `''` is the working folder. Throws UnrolledError. */
export function entriesOf(folder: string): Entry[] {
  const toEntry = (found: Dirent): Entry => ({
    path: join(folder, found.name),
    name: found.name,
    isFolder: found.isDirectory(),
    isHidden: found.name.startsWith('.'),
  });
  return listed(folder)
    .map(toEntry)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The entries of a folder and its subfolders, sorted by name, without the contents of hidden folders. Throws UnrolledError. */
export function* allEntriesOf(folder: string): Generator<Entry, void> {
  // A stack: the next entry is the last one.
  const open = entriesOf(folder).reverse();
  for (let entry = open.pop(); entry; entry = open.pop()) {
    yield entry;
    if (!entry.isFolder || entry.isHidden) continue;
    for (const inner of entriesOf(entry.path).reverse()) open.push(inner);
  }
}

/** undefined if the path is missing or inaccessible. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function listed(folder: string): Dirent[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch (error) {
    throw fileError(folder, error);
  }
}
