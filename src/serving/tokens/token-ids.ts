import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { type FieldKind, type Schema, wrong } from '../fields.ts';

/** The JSON Schema of a list of token ids. */
export const idsSchema: Schema = { type: 'array', items: { type: 'integer', minimum: 0 } };

/** A list of token ids. `checkIds` checks their range. */
export const idList: FieldKind<readonly number[]> = {
  needs: 'a list of token ids',
  schema: idsSchema,
  accepts: (value): value is readonly number[] =>
    Array.isArray(value) && value.every((id) => typeof id === 'number'),
};

/** Throws ApiError for an id outside the vocabulary. @param name the field of the ids */
export function checkIds(name: string, ids: readonly number[], { size }: Vocabulary): void {
  const other = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < size));
  if (other !== undefined) throw wrong(name, other, `token ids from 0 to ${size - 1}`);
}
