import { UnrolledError } from '../../../errors.ts';
import { plural } from '../../terminal/format.ts';
import { isStandardInput } from '../standard-input.ts';
import { allEntriesOf, statsOf } from './folders.ts';
import { isPattern, matching } from './glob.ts';

/**
 * The files that paths name, in order: of a folder all files in it and in its folders, by name, but for hidden and empty ones
 * and links to folders; of a pattern (`logs/*.txt`, `**` for any folders) what matches, where nothing has just that name.
 * Whatever else a path names, and what isn't there, stays as it is. Throws UnrolledError for a folder without a text and a
 * pattern that nothing matches.
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
    throw new UnrolledError('file-missing', `${path}: no file matches this pattern. Check it.`);
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
    throw new UnrolledError('text-empty', `${path}: the folder holds no text; it needs one. Name another.`);
  }
  const others =
    skipped === 0
      ? ''
      : `, and skips ${skipped} that ${skipped === 1 ? 'is' : 'are'} hidden, empty or no file`;
  onNotice(`${path}: reads ${plural(files.length, 'file')} in this folder${others}.`);
  return files;
}

/** 0 for what is no regular file, nor a link to one. */
function sizeOf(path: string): number {
  const stats = statsOf(path);
  return stats?.isFile() ? stats.size : 0;
}
