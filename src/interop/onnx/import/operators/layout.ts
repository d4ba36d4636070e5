import { elementCount } from '../../../../formats/named-array.ts';
import type { Call } from '../call.ts';
import { reshaped } from '../values/axes.ts';
import type { Constant } from '../values/constant.ts';
import { itemsOf, type Value } from '../values/values.ts';
import { transposed } from './constants.ts';
import { byKind, listOf, type Operator, withAxes } from './operator.ts';

/** Operators that change only the order and number of axes. */
export const layoutOperators: Readonly<Record<string, Operator>> = {
  Transpose: (call) =>
    byKind(call, {
      constant: (array) => transposed(call, array, orderOf(call, array.shape.length)),
      signal: (signal) => withAxes(signal, (axes) => orderOf(call, axes.length).map((axis) => axes[axis])),
    }),
  Squeeze: (call) =>
    byKind(call, {
      constant: (array) => {
        const axes = listOf(call, 1, 'axes');
        if (axes === null) return undefined;
        const removed = axes?.map((axis) => call.axis(axis, array.shape.length));
        return {
          ...array,
          shape: array.shape.filter((size, axis) => {
            if (!(removed?.includes(axis) ?? size === 1)) return true;
            if (size === 1) return false;
            throw call.damaged(`removes an axis of size ${size}`, 'it must be 1');
          }),
        };
      },
      sizes: (sizes) => (sizes.items.length === 1 ? { ...sizes, isScalar: true } : undefined),
      signal: (signal) =>
        withAxes(signal, (axes) => {
          const removed = listOf(call, 1, 'axes')?.map((axis) => call.axis(axis, axes.length));
          if (!removed?.every((axis) => axes[axis].length === 0)) return undefined;
          return axes.filter((_, axis) => !removed.includes(axis));
        }),
    }),
  Unsqueeze: (call) =>
    byKind(call, {
      constant: (array) => {
        const shape = inserted(call, array.shape, 1);
        return shape && { ...array, shape };
      },
      sizes: (sizes) => (sizes.isScalar ? { ...sizes, isScalar: false } : undefined),
      signal: (signal) => withAxes(signal, (axes) => inserted(call, axes, [])),
    }),
  Reshape: (call) =>
    byKind(call, {
      constant: (array) => reshapedConstant(call, array),
      sizes: (sizes) => ({ ...sizes, isScalar: integerCount(call.inputs[1]) === 0 }),
      signal: (signal) =>
        withAxes(signal, (axes) => {
          const sizes = itemsOf(call.inputs[1]);
          return sizes && reshaped(axes, sizes, call.int('allowzero', 0) === 1);
        }),
    }),
};

function integerCount(value: Value | undefined): number | undefined {
  return itemsOf(value)?.length;
}

/** The order of the axes; reversed by default. */
function orderOf(call: Call, rank: number): readonly number[] {
  const order = call.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const isPermutation =
    order.length === rank && order.toSorted((a, b) => a - b).every((axis, i) => axis === i);
  if (isPermutation) return order;
  throw call.damaged(
    `orders ${rank} axes by (${order.slice(0, 8).join(', ')})`,
    'it must name each axis once',
  );
}

/** Sizes or axes with new ones at the positions that the node gives; undefined if these are not known. */
function inserted<T>(call: Call, axes: readonly T[], one: T): readonly T[] | undefined {
  const given = listOf(call, 1, 'axes');
  if (!given) return undefined;
  const rank = axes.length + given.length;
  const positions = new Set(given.map((axis) => call.axis(axis, rank)));
  if (positions.size < given.length) throw call.damaged('inserts an axis twice', 'it may insert each once');
  const rest = axes.values();
  return Array.from({ length: rank }, (_, axis) => (positions.has(axis) ? one : (rest.next().value as T)));
}

/** The array with a shape of known sizes; undefined if they are not known. */
function reshapedConstant(call: Call, array: Constant): Constant | undefined {
  const sizes = itemsOf(call.inputs[1]);
  if (!sizes?.every((size) => size?.names.length === 0)) return undefined;
  const keepsZero = call.int('allowzero', 0) === 1;
  const given = sizes.map((size, i) =>
    size!.times === 0 && !keepsZero ? (array.shape[i] ?? 0) : size!.times,
  );
  const known = elementCount(given.filter((size) => size !== -1));
  const shape = given.map((size) => (size === -1 ? array.data.length / known : size));
  const fits =
    shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    elementCount(shape) === array.data.length;
  if (fits) return { ...array, shape };
  throw call.damaged(
    `gives ${array.data.length} numbers the shape (${given.slice(0, 8).join(', ')})`,
    'it must fit them',
  );
}
