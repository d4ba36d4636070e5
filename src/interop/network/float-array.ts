import { UnrolledError } from '../../errors.ts';
import { elementCount, type NamedArray } from '../../formats/named-array.ts';

/** An array of floating-point numbers, row-major. */
export type FloatArray = Extract<NamedArray, { dtype: 'F32' | 'F64' }>;

/** Zeros, of the same element type as another array. */
export function zeros(shape: readonly number[], like: FloatArray): FloatArray {
  const size = elementCount(shape);
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

/** Whether a matrix (H, V) has the numbers of another one (V, H), as the output layer of tied embeddings has those of the table. */
export function isTransposeOf(matrix: Matrix, other: Matrix): boolean {
  const [H, V] = matrix.shape;
  if (other.shape[0] !== V || other.shape[1] !== H) return false;
  for (let i = 0; i < matrix.data.length; i++) {
    if (matrix.data[i] !== other.data[(i % V) * H + Math.floor(i / V)]) return false;
  }
  return true;
}

/** A matrix of any numbers, row-major. */
interface Matrix {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
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
  const row = elementCount(rest);
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
