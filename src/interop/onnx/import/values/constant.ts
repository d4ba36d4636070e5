/** The elements of a constant; int64 and bool as float64 or int32. */
export type Numbers = Float32Array | Float64Array | Int32Array;

/** An array that the file holds, or that follows from such arrays alone. */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Numbers;
  readonly isFloat: boolean;
  /** The names of the initializers that it was made from. */
  readonly sources: readonly string[];
}

/** An array of the same element type. */
export function numbersLike(data: Numbers, length: number): Numbers {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
}

const zeros = new WeakMap<Numbers, boolean>();

export function isAllZero({ data }: Constant): boolean {
  // Any number of nodes may ask.
  const known = zeros.get(data) ?? data.every((number) => number === 0);
  zeros.set(data, known);
  return known;
}
