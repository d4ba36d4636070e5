import { elementCount } from '../../../../formats/named-array.ts';
import type { Call } from '../call.ts';
import { type Constant, numbersLike } from '../values/constant.ts';

/** Strides of a row-major array. */
function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape.toReversed()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/** A copy of the elements at `offset` + the sum of index × stride, which must lie in the array. */
function gathered(
  call: Call,
  array: Constant,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): Constant {
  const length = elementCount(shape);
  call.context.budget.spend(length);
  const data = numbersLike(array.data, length);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < length; to++) {
    data[to] = array.data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { ...array, shape, data };
}

export function transposed(call: Call, array: Constant, order: readonly number[]): Constant {
  const strides = stridesOf(array.shape);
  return gathered(
    call,
    array,
    order.map((axis) => array.shape[axis]),
    order.map((axis) => strides[axis]),
    0,
  );
}

/** A part of one axis: `length` elements from `begin`, `step` apart. */
export function sliced(
  call: Call,
  array: Constant,
  axis: number,
  { begin, step, length }: { readonly begin: number; readonly step: number; readonly length: number },
): Constant {
  const strides = stridesOf(array.shape);
  const offset = begin * strides[axis];
  return gathered(
    call,
    array,
    array.shape.with(axis, length),
    strides.with(axis, step * strides[axis]),
    offset,
  );
}

/** The arrays one after the other along an axis, on which alone their shapes may differ. */
export function concatenated(call: Call, arrays: readonly Constant[], axis: number): Constant {
  const [first] = arrays;
  const fits = arrays.every(
    ({ shape, isFloat }) =>
      isFloat === first.isFloat &&
      shape.length === first.shape.length &&
      String(shape.with(axis, 0)) === String(first.shape.with(axis, 0)),
  );
  if (!fits) throw call.damaged('joins arrays of different shapes', 'they must fit together');
  const shape = first.shape.with(
    axis,
    arrays.reduce((size, array) => size + array.shape[axis], 0),
  );
  const length = elementCount(shape);
  call.context.budget.spend(length);
  const data = numbersLike(first.data, length);
  const inner = stridesOf(shape)[axis];
  let at = 0;
  for (let row = 0; at < length; row++) {
    for (const array of arrays) {
      const run = array.shape[axis] * inner;
      data.set(array.data.subarray(row * run, (row + 1) * run), at);
      at += run;
    }
  }
  return { ...first, shape, data, sources: [...new Set(arrays.flatMap(({ sources }) => sources))] };
}
