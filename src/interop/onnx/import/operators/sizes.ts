import type { Call } from '../call.ts';
import { constantOf } from '../tensor.ts';
import { type Size, sizeOf } from '../values/axes.ts';
import { isZero, itemsOf, type Sizes, type Value } from '../values/values.ts';
import type { Operator } from './operator.ts';

/** Sizes of the input that a product of sizes may have as factors; more than the axes of any array. */
const MAX_FACTORS = 16;

/** Operators that make sizes and constants, or calculate with sizes. */
export const sizeOperators: Readonly<Record<string, Operator>> = {
  Constant: constant,
  ConstantOfShape: (call) => {
    const filler = call.tensor('value');
    const [value = 0] = filler ? (constantOf(filler, call.context.where)?.data ?? []) : [];
    return { kind: 'uniform', value, axes: null };
  },
  Expand: ({ inputs: [value] }) => (isZero(value) ? { kind: 'uniform', value: 0, axes: null } : undefined),
  Shape: shape,
  Mul: (call) => arithmetic(call, multiplied),
  Add: (call) =>
    arithmetic(
      call,
      onNumbers((a, b) => a + b),
    ),
  Sub: (call) =>
    arithmetic(
      call,
      onNumbers((a, b) => a - b),
    ),
  Div: (call) =>
    arithmetic(
      call,
      onNumbers((a, b) => Math.trunc(a / b)),
    ),
  ReduceProd: (call) => {
    const items = itemsOf(call.inputs[0]);
    if (!items || call.inputs[0]?.kind !== 'sizes') return undefined;
    const product = items.reduce<Size | null>(multiplied, { times: 1, names: [] });
    return { kind: 'sizes', isScalar: call.int('keepdims', 1) === 0, items: [product] };
  },
};

function multiplied(a: Size | null, b: Size | null): Size | null {
  if (!a || !b || a.names.length + b.names.length > MAX_FACTORS) return null;
  return { times: a.times * b.times, names: [...a.names, ...b.names] };
}

function constant(call: Call): Value | undefined {
  const tensor = call.tensor('value');
  if (tensor?.dataLocation === 1) return undefined;
  if (tensor) return constantOf({ ...tensor, name: call.outputs[0] }, call.context.where) ?? undefined;
  const list = call.ints('value_ints') ?? (call.has('value_int') ? call.int('value_int', 0) : undefined);
  if (list === undefined) return undefined;
  const data = typeof list === 'number' ? Float64Array.of(list) : Float64Array.from(list);
  const dims = typeof list === 'number' ? [] : [data.length];
  return { kind: 'constant', shape: dims, data, isFloat: false, sources: [] };
}

function shape(call: Call): Value | undefined {
  const [value] = call.inputs;
  const sizes =
    value?.kind === 'signal'
      ? value.axes?.map(sizeOf)
      : value?.kind === 'constant' && value.shape.map((times): Size => ({ times, names: [] }));
  if (!sizes) return { kind: 'unknown', from: call.label };
  const items = sizes.slice(call.int('start', 0), call.has('end') ? call.int('end', 0) : undefined);
  return { kind: 'sizes', isScalar: false, items };
}

/** Calculates with two lists of sizes, or a list and a number; undefined unless one of the inputs is sizes. */
function arithmetic(call: Call, combine: (a: Size, b: Size) => Size | null): Sizes | undefined {
  const [a, b] = call.inputs.map(itemsOf);
  if (!a || !b || (a.length !== b.length && a.length !== 1 && b.length !== 1)) return undefined;
  const length = a.length === 1 ? b.length : a.length;
  call.context.budget.spend(length);
  const items = Array.from({ length }, (_, i) => {
    const [x, y] = [a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]];
    return x && y && combine(x, y);
  });
  return { kind: 'sizes', isScalar: call.inputs.every(isScalar), items };
}

/** An operation on sizes that do not depend on the input. */
function onNumbers(operation: (a: number, b: number) => number): (a: Size, b: Size) => Size | null {
  return (a, b) =>
    a.names.length + b.names.length > 0 ? null : { times: operation(a.times, b.times), names: [] };
}

function isScalar(value: Value | undefined): boolean {
  return value?.kind === 'sizes' ? value.isScalar : value?.kind === 'constant' && value.shape.length === 0;
}
