import { ItemDigests } from '../../data/items/digests.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';

const NAME = 'items.digests';

/** Converts the digests of the training items to an array of a model file, (items, 2); none when there are too many. */
export function digestsToArrays(digests: ItemDigests | null): Map<string, NamedArray> {
  if (digests === null) return new Map();
  return new Map([[NAME, { dtype: 'I32', shape: [digests.size, 2], data: digests.toArray() }]]);
}

/** Reads what `digestsToArrays` wrote; null when there is none. Throws UnrolledError when it is invalid. */
export function digestsFromArrays(arrays: ReadonlyMap<string, NamedArray>): ItemDigests | null {
  const array = arrays.get(NAME);
  if (!array) return null;
  const isPairs = array.dtype === 'I32' && array.shape.length === 2 && array.shape[1] === 2;
  const digests = isPairs ? ItemDigests.fromArray(array.data) : null;
  if (digests) return digests;
  throw new UnrolledError(
    'file-damaged',
    `${NAME}: the array is damaged; it must hold sorted, distinct 64-bit digests. Copy the file again, or train the model again.`,
  );
}
