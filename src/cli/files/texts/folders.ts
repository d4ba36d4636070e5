import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '../../../formats/file-error.ts';

/** What is in a folder. */
export interface Entry {
  readonly path: string;
  readonly name: string;
  /** A link to a folder is none: it may lead in a circle. */
  readonly isFolder: boolean;
  readonly isHidden: boolean;
}

/** The entries of a folder by name; `''` is the working folder. Throws UnrolledError. */
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

/** The entries of a folder and of the folders in it, by name, but what hidden ones hold. Throws UnrolledError. */
export function* allEntriesOf(folder: string): Generator<Entry, void> {
  // Those that are still to come, the next one last.
  const open = entriesOf(folder).reverse();
  for (let entry = open.pop(); entry; entry = open.pop()) {
    yield entry;
    if (!entry.isFolder || entry.isHidden) continue;
    for (const inner of entriesOf(entry.path).reverse()) open.push(inner);
  }
}

/** undefined where there is nothing, or no permission to look. */
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
