import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';
import { wrongKind } from '../../kinds.ts';

/** Numbers and lists of numbers, stored as JSON. */
export type SavedNumbers = {
  /** A number or a list of numbers, by name. */
  readonly [name: string]: number | readonly number[];
};

/** State that is carried from step to step: what a resumed run needs to continue bit for bit. */
export interface SavedState {
  /** Copies of tensors, named after the parameters: `embedding.W.velocity`. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** Step counts, learning rate and the like. */
  readonly numbers: SavedNumbers;
}

/** Returns the state. @throws {UnrolledError} `option-value` for values that `save` can't have returned, such as its promise */
export function savedParts(where: string, state: SavedState): SavedState {
  if (state?.tensors instanceof Map && typeof state.numbers === 'object' && state.numbers) return state;
  throw wrongKind(where, 'the saved state', state, 'a SavedState', 'Pass the result of await save().');
}

/** Reads a saved number. Throws if it is missing. */
export function savedNumber(where: string, numbers: SavedNumbers, name: string): number {
  const value = numbers[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw missingPart(where, name, 'a number');
}

/** Reads a saved count. Throws if it is missing. */
export function savedCount(where: string, numbers: SavedNumbers, name: string): number {
  const value = numbers[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw missingPart(where, name, 'an integer of at least 0');
}

/** Reads a saved list of numbers. Throws if it is missing. */
export function savedList(where: string, numbers: SavedNumbers, name: string): readonly number[] {
  const value = numbers[name];
  if (Array.isArray(value) && value.every(Number.isFinite)) return value;
  throw missingPart(where, name, 'a list of numbers');
}

function missingPart(where: string, name: string, needs: string): UnrolledError {
  return new UnrolledError(
    'checkpoint-foreign',
    `${where}: the saved state has no valid ${name}; it must be ${needs}. Restore a state that ${where} saved.`,
  );
}
