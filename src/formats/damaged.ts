import { UnrolledError } from '../errors.ts';

/** The error for a file that breaks its format: `where: got; needs.` and what to do about it. */
export function damaged(where: string, got: string, needs: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${where}: ${got}; ${needs}. The file is damaged or of another format: fetch or save it again.`,
  );
}

/** A value out of a file, made fit to stand in a message: escaped, and at most 80 characters long. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}
