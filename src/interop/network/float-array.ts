import { UnrolledError } from '../../errors.ts';
import type { NamedArray } from '../../formats/named-array.ts';

/** An array of floating-point numbers, row-major. */
export type FloatArray = Extract<NamedArray, { dtype: 'F32' | 'F64' }>;

/** Zeros, of the same element type as another array. */
export function zeros(shape: readonly number[], like: FloatArray): FloatArray {
  const size = shape.reduce((product, n) => product * n, 1);
  return like.dtype === 'F64'
    ? { dtype: 'F64', shape, data: new Float64Array(size) }
    : { dtype: 'F32', shape, data: new Float32Array(size) };
}

/** (R, C) → (C, R). */
export function transpose(matrix: FloatArray): FloatArray {
  const [R, C] = matrix.shape;
  const result = zeros([C, R], matrix);
  for (let r = 0; r < R; r++) {
    for (let c = 0; c < C; c++) result.data[c * R + r] = matrix.data[r * C + c];
  }
  return result;
}

/** The sum of two arrays of the same shape. */
export function sum(a: FloatArray, b: FloatArray): FloatArray {
  const result = zeros(a.shape, a);
  for (let i = 0; i < a.data.length; i++) result.data[i] = a.data[i] + b.data[i];
  return result;
}

/** A part of the first axis of a matrix or vector, from `begin` to before `end`, copied. */
export function slice(array: FloatArray, begin: number, end: number): FloatArray {
  const [, ...rest] = array.shape;
  const row = rest.reduce((product, n) => product * n, 1);
  const result = zeros([end - begin, ...rest], array);
  result.data.set(array.data.subarray(begin * row, end * row));
  return result;
}

/**
 * The array in float32; an array of float32 itself.
 *
 * @param where the beginning of an error message: what the array is
 * @throws {UnrolledError} code `not-finite` for a number beyond float32
 */
export function toFloat32(array: FloatArray, where: string): FloatArray {
  if (array.dtype === 'F32') return array;
  const data = Float32Array.from(array.data);
  const large = data.findIndex((x) => !Number.isFinite(x));
  if (large < 0) return { dtype: 'F32', shape: array.shape, data };
  throw new UnrolledError(
    'not-finite',
    `${where}: number ${large} is ${array.data[large]}; float32 ends at 3.4e38. Export to a format with float64.`,
  );
}
