import { UnrolledError } from '../errors.ts';

/**
 * Throws for the first id that names no row of a table of V.
 * @param ignored the one label that need not. Default: none
 */
export function checkIds(where: string, ids: ArrayLike<number>, V: number, ignored?: number): void {
  for (let m = 0; m < ids.length; m++) {
    const id = ids[m];
    if (!(id >= 0 && id < V) && id !== ignored) throw outOfTable(where, id, m, V);
  }
}

/** The error for an id or target, found at row m, that names no row of a table of V. */
export function outOfTable(where: string, id: number, m: number, V: number): UnrolledError {
  return new UnrolledError('id-range', `${where}: row ${m} has the id ${id}; ids must be 0 to ${V - 1}.`);
}
