import { elementCount } from '../../formats/named-array.ts';
import type { FloatArray } from '../network/float-array.ts';
import { widenFloat16 } from '../network/half-precision.ts';
import type { NumpyArray } from './numpy.ts';

/** The numbers of little-endian bytes in a buffer of their own, by the code of their type. */
const decoders: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array | Float64Array>> = {
  f2: (bytes) => widenFloat16(new Uint16Array(bytes)),
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
};

/** The numbers of an array, row-major, float16 widened; null for integers and booleans. */
export function floatsOf(array: NumpyArray): FloatArray | null {
  const { shape, type, bytes, isColumnMajor } = array;
  if (!Object.hasOwn(decoders, type.code)) return null;
  const copy = new Uint8Array(bytes);
  if (type.isBigEndian)
    for (let i = 0; i < copy.length; i += type.size) copy.subarray(i, i + type.size).reverse();
  const given = decoders[type.code](copy.buffer);
  const data = isColumnMajor && shape.length > 1 ? rowMajor(given, shape) : given;
  return data instanceof Float64Array ? { dtype: 'F64', shape, data } : { dtype: 'F32', shape, data };
}

/** Column-major numbers in row-major order. */
function rowMajor<Data extends Float32Array | Float64Array>(given: Data, shape: readonly number[]): Data {
  const result = given.slice() as Data;
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  for (let to = 0; to < result.length; to++) {
    result[to] = given[index.reduce((at, i, axis) => at + i * strides[axis], 0)];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}
