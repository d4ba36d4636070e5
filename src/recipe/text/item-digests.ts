import { ItemDigests } from '../../data/items/digests.ts';
import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';

const NAME = 'items.digests';

/** The digests of the training items as an array of a model file, (items, 2); none where they are too many. */
export function digestsToArrays(digests: ItemDigests | null): Map<string, NamedArray> {
  if (digests === null) return new Map();
  return new Map([[NAME, { dtype: 'I32', shape: [digests.size, 2], data: digests.toArray() }]]);
}

/** What `digestsToArrays` wrote; null when there is none. Throws UnrolledError for anything else. */
export function digestsFromArrays(arrays: ReadonlyMap<string, NamedArray>): ItemDigests | null {
  const array = arrays.get(NAME);
  if (!array) return null;
  const isPairs = array.dtype === 'I32' && array.shape.length === 2 && array.shape[1] === 2;
  const digests = isPairs ? ItemDigests.fromArray(array.data) : null;
  if (digests) return digests;
  throw new UnrolledError(
    'file-damaged',
    `${NAME}: the file holds something else; it needs digests of 64 bits, sorted, each once. Train or copy the model anew.`,
  );
}
