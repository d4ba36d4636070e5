import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';

/** A part of a tokenizer.json: an object with a `type`, most often. */
export type Part = Readonly<Record<string, unknown>>;

/** The part, where it is an object and no list. */
export function partOf(value: unknown): Part | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : null;
}

/** What a part is, by its type. */
export function typeOf(value: unknown): unknown {
  return partOf(value)?.type ?? value;
}

/** The error for a file that is sound and does what we don't. */
export function unsupported(where: string, what: string, value: unknown, needs: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: its ${what} is ${shown(typeOf(value)).slice(0, 80)}; unrolled needs ${needs}. Train a tokenizer of that kind, or choose ` +
      'another file.',
  );
}

/** The error for a file that contradicts itself. */
export function inconsistent(where: string, what: string): UnrolledError {
  return new UnrolledError('file-damaged', `${where}: ${what}. Take another copy of the file.`);
}
