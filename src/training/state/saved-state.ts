import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { wrongKind } from '../../kinds.ts';

/** Numbers that JSON can hold. */
export type SavedNumbers = { readonly [name: string]: number | readonly number[] };

/** State that is carried from step to step: all that a resumed run needs for the same bits. */
export interface SavedState {
  /** Copies, named after the parameters: `embedding.W.velocity`. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly numbers: SavedNumbers;
}

/** The same state. @throws for what `save` can't have given, such as its promise */
export function savedParts(where: string, state: SavedState): SavedState {
  if (state?.tensors instanceof Map && typeof state.numbers === 'object' && state.numbers) return state;
  throw wrongKind(where, 'the saved state', state, 'a SavedState', 'Give what its save() resolved to.');
}

/** A saved number, or throws. */
export function savedNumber(where: string, numbers: SavedNumbers, name: string): number {
  const value = numbers[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw missingPart(where, name, 'a number');
}

/** A saved count, or throws. */
export function savedCount(where: string, numbers: SavedNumbers, name: string): number {
  const value = numbers[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw missingPart(where, name, 'an integer of at least 0');
}

/** A saved list, or throws. */
export function savedList(where: string, numbers: SavedNumbers, name: string): readonly number[] {
  const value = numbers[name];
  if (Array.isArray(value) && value.every(Number.isFinite)) return value;
  throw missingPart(where, name, 'a list of numbers');
}

function missingPart(where: string, name: string, needs: string): UnrolledError {
  return new UnrolledError(
    'checkpoint-foreign',
    `${where}: the saved state has no ${name} that is ${needs}; resume with what was saved by ${where}.`,
  );
}
