import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';

/**
 * Throws at the first id that is not an integer from 0 to V − 1.
 * @param ignored a label that is always accepted, such as padding. Default: none
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
 * Converts ids to an Int32Array; an Int32Array is returned unchanged. Throws for anything but integers, such as a text.
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
    'Pass saved.encode(text).ids.',
  );
}

/** The error for an id or target at row m outside 0 … V − 1. */
export function idRangeError(where: string, id: number, m: number, V: number): UnrolledError {
  return new UnrolledError('id-range', `${where}: row ${m} has the id ${id}; ids must be 0 to ${V - 1}.`);
}
