import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';

/**
 * Throws for the first id that names no row of a table of V.
 * @param ignored the one label that need not. Default: none
 */
export function checkIds(where: string, ids: ArrayLike<number>, V: number, ignored?: number): void {
  const areWhole = ids instanceof Int32Array;
  for (let m = 0; m < ids.length; m++) {
    const id = ids[m];
    if (!(id >= 0 && id < V && (areWhole || Number.isInteger(id))) && id !== ignored)
      throw idRangeError(where, id, m, V);
  }
}

/**
 * Ids as the library reads them: an Int32Array as it is, a list of integers as a copy.
 * @throws for what holds no ids, such as a text
 */
export function idsOf(where: string, what: string, ids: unknown): Int32Array {
  if (ids instanceof Int32Array) return ids;
  const isList = Array.isArray(ids) || (ArrayBuffer.isView(ids) && !(ids instanceof DataView));
  const list = isList ? Array.from(ids as ArrayLike<unknown>, Number) : null;
  if (list?.every((id) => Number.isInteger(id) && Math.abs(id) < 2 ** 31)) return Int32Array.from(list);
  const got = list ? [...list].find((id) => !Number.isInteger(id)) : ids;
  throw wrongKind(
    where,
    list ? `an id of ${what}` : what,
    got,
    'an Int32Array of ids',
    'Give saved.encode(text).ids.',
  );
}

/** The error for an id or target, found at row m, that names no row of a table of V. */
export function idRangeError(where: string, id: number, m: number, V: number): UnrolledError {
  return new UnrolledError('id-range', `${where}: row ${m} has the id ${id}; ids must be 0 to ${V - 1}.`);
}
