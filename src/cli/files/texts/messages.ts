import { UnrolledError } from '../../../errors.ts';
import { displayName } from '../standard-input.ts';

/** The name of concatenated texts in messages. */
export function namesOf(paths: readonly string[]): string {
  const [first] = paths;
  return paths.length === 1 ? displayName(first) : `${displayName(first)} and ${paths.length - 1} more`;
}

/** The notice for a text with CR line ends. */
export function carriageReturns(path: string): string {
  return `${displayName(path)}: the lines end with CR alone, as on old Macs; each CR is read as a newline.`;
}

/** The error for an empty file. */
export function emptyText(path: string): UnrolledError {
  return new UnrolledError(
    'text-empty',
    `${displayName(path)}: the file is empty; it needs text. Use another file.`,
  );
}
