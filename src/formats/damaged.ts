import { UnrolledError } from '../errors.ts';

/** The error for a file that violates its format: `where: got; needs.` plus what to do. */
export function damaged(where: string, got: string, needs: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${where}: ${got}; ${needs}. The file is damaged or of another format: fetch or save it again.`,
  );
}

/** A value from a file for an error message: as JSON, at most 80 characters. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}
