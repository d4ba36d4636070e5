import { Hash } from '../../../formats/hash.ts';
import type { FloatArray } from '../../network/float-array.ts';
import type { TakenArrays } from './taken-arrays.ts';

/** A matrix, with all names that the file has for it: tied weights have several. */
export interface Matrix {
  readonly names: readonly string[];
  readonly array: FloatArray;
}

/** The matrices that have no role yet, of `columns` columns, and `rows` rows if given. Those of the same numbers are one. */
export function openMatrices(arrays: TakenArrays, columns: number, rows?: number): readonly Matrix[] {
  const found = new Map<string, { names: string[]; array: FloatArray }>();
  const keys = new Map<FloatArray, string>();
  for (const [name, array] of arrays.open) {
    const [R, C] = array.shape;
    if (array.shape.length !== 2 || C !== columns || (rows !== undefined && R !== rows)) continue;
    const key = keys.get(array) ?? contents(array);
    keys.set(array, key);
    const matrix = found.get(key);
    if (matrix) matrix.names.push(name);
    else found.set(key, { names: [name], array });
  }
  return [...found.values()];
}

function contents({ dtype, shape, data }: FloatArray): string {
  const hash = new Hash();
  hash.add(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return `${dtype} ${shape} ${hash.digest()}`;
}
