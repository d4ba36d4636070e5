import { UnrolledError } from '../../../errors.ts';
import { displayName } from '../standard-input.ts';

/** What errors call texts that are read as one. */
export function namesOf(paths: readonly string[]): string {
  const [first] = paths;
  return paths.length === 1 ? displayName(first) : `${displayName(first)} and ${paths.length - 1} more`;
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
