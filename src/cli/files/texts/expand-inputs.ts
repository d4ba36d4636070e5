import { UnrolledError } from '../../../errors.ts';
import { plural } from '../../terminal/format.ts';
import { isStandardInput } from '../standard-input.ts';
import { allEntriesOf, statsOf } from './folders.ts';
import { isPattern, matching } from './glob.ts';

/**
 * Expands folders and patterns to files, in order. A folder stands for all files in it and its subfolders, sorted by name, without hidden
 * and empty files and links to folders. A pattern (`logs/*.txt`; `**` matches any folders) stands for its matches, unless a file
 * has exactly that name. Other paths are unchanged, even missing ones. Throws UnrolledError for a folder without texts and a
 * pattern without matches.
 * @param onNotice receives a sentence about each folder
 */
export function expandInputs(
  paths: readonly string[],
  onNotice: (sentence: string) => void = () => {},
): string[] {
  return paths.flatMap((path) => {
    if (isStandardInput(path) || statsOf(path) || !isPattern(path)) return inside(path, onNotice);
    const found = matching(path);
    if (found.length > 0) return found.flatMap((match) => inside(match, onNotice));
    throw new UnrolledError('file-missing', `${path}: no file matches this pattern. Check the pattern.`);
  });
}

/** The files of a folder; any other path as it is. */
function inside(path: string, onNotice: (sentence: string) => void): string[] {
  if (isStandardInput(path) || !statsOf(path)?.isDirectory()) return [path];
  const files: string[] = [];
  let skipped = 0;
  for (const entry of allEntriesOf(path)) {
    if (entry.isFolder && !entry.isHidden) continue;
    if (entry.isHidden || sizeOf(entry.path) === 0) skipped++;
    else files.push(entry.path);
  }
  if (files.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `${path}: the folder has no texts; it needs at least one. Use another folder.`,
    );
  }
  const others = skipped === 0 ? '' : `; ${skipped} skipped (hidden, empty or not a file)`;
  onNotice(`${path}: reading ${plural(files.length, 'file')} in this folder${others}.`);
  return files;
}

/** The size of a regular file or a link to one; otherwise 0. */
function sizeOf(path: string): number {
  const stats = statsOf(path);
  return stats?.isFile() ? stats.size : 0;
}
