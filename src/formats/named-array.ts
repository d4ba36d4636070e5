/** A typed array with its shape, row-major. `dtype` determines the type of `data`. */
export type NamedArray =
  | Typed<'F64', Float64Array>
  | Typed<'F32', Float32Array>
  | Typed<'I32', Int32Array>
  | Typed<'U8', Uint8Array>;

/** An array of one element type. */
interface Typed<Name extends string, Data> {
  /** The element type, as safetensors names it. */
  readonly dtype: Name;
  /** The sizes, outermost first; `[]` is a single number. */
  readonly shape: readonly number[];
  /** The numbers, row-major. */
  readonly data: Data;
}

export type Dtype = NamedArray['dtype'];

/** An element type of a file, such as a constructor of typed arrays. */
export interface ElementType {
  readonly BYTES_PER_ELEMENT: number;
}

interface ArrayType<D extends Dtype> extends ElementType {
  new (buffer: ArrayBuffer): Extract<NamedArray, { dtype: D }>['data'];
}

/** The constructors, in the order in which safetensors stores arrays: largest alignment first. */
export const ARRAY_TYPES: { readonly [D in Dtype]: ArrayType<D> } = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
};

export const DTYPES: readonly Dtype[] = Object.keys(ARRAY_TYPES) as Dtype[];

export function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isSize);
}

/** Whether `value` is an integer from 0 to 2^53 - 1. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The number of elements of an array; 1 for `[]`, a single number. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Size of an array in bytes. Above 2^53 the result is inexact but never rounds below 2^53, so it equals the length of no
 * file.
 */
export function byteLength(type: ElementType, shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, type.BYTES_PER_ELEMENT);
}
