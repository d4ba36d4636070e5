import { isShape } from '../../formats/named-array.ts';

/** The most axes of an array in a file: those of PyTorch and NumPy. More would only make reading slow. */
export const MOST_AXES = 64;

/** Whether a value is the sizes, or other integers from 0 on, of the axes of an array. */
export function isArrayShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && isShape(value);
}
