import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';

/** An object in a tokenizer.json, usually with a `type`. */
export type Part = Readonly<Record<string, unknown>>;

/** The value, if it is an object and not an array. */
export function partOf(value: unknown): Part | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : null;
}

/** The type of a part, or the value itself. */
export function typeOf(value: unknown): unknown {
  return partOf(value)?.type ?? value;
}

/** Whether a value of a file has the members of an expected one, and no others. */
export function isSame(value: unknown, expected: unknown): boolean {
  const [part, needed] = [Object(value), Object(expected)];
  if (needed !== expected) return value === expected;
  if (part !== value || Array.isArray(value) !== Array.isArray(expected)) return false;
  const names = Object.keys(needed);
  return (
    Object.keys(part).length === names.length &&
    names.every((name) => Object.hasOwn(part, name) && isSame(part[name], needed[name]))
  );
}

/** The error for a valid file with an unsupported feature. */
export function unsupported(where: string, what: string, value: unknown, needs: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: its ${what} is ${shown(typeOf(value)).slice(0, 80)}; it must be ${needs}. Train a tokenizer of that kind, or use ` +
      'another file.',
  );
}

/** The error for an inconsistent file. */
export function inconsistent(where: string, what: string): UnrolledError {
  return new UnrolledError('file-damaged', `${where}: ${what}. Use another copy of the file.`);
}
