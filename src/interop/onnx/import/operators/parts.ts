import type { Call } from '../call.ts';
import { type Axis, sameAxis, sizeOf } from '../values/axes.ts';
import type { Constant } from '../values/constant.ts';
import { integersOf, isZero, itemsOf, type Signal, type Sizes, type Value } from '../values/values.ts';
import { concatenated, sliced } from './constants.ts';
import { embedding } from './embedding.ts';
import { byKind, listOf, type Operator, withAxes } from './operator.ts';

/** Operators that take a part of an array, or join arrays. */
export const partOperators: Readonly<Record<string, Operator>> = {
  Slice: slice,
  Gather: gather,
  Concat: concat,
};

/** A range of one axis, its limits within 0 and the axis's size. */
interface Range {
  readonly axis: number;
  readonly begin: number;
  readonly step: number;
  readonly length: number;
}

function slice(call: Call): Value | undefined {
  return byKind(call, {
    constant: (array) =>
      rangesOf(call, array.shape)?.reduce<Constant>(
        (part, range) => sliced(call, part, range.axis, range),
        array,
      ),
    sizes: (sizes) => {
      const [range, ...others] = rangesOf(call, [sizes.items.length]) ?? [];
      if (!range || others.length > 0) return undefined;
      const { begin, step, length } = range;
      return { ...sizes, items: Array.from({ length }, (_, i) => sizes.items[begin + i * step]) };
    },
    signal: (signal) => (signal.stage.of === 'input' ? { ...signal, axes: null } : lastSlice(call, signal)),
  });
}

/** The ranges of a Slice; undefined if they are not known. */
function rangesOf(call: Call, shape: readonly number[]): readonly Range[] | undefined {
  const [starts, ends] = [listOf(call, 1, 'starts'), listOf(call, 2, 'ends')];
  const [axes, steps] = [listOf(call, 3, 'axes'), listOf(call, 4, 'steps')];
  if (!starts || !ends || axes === null || steps === null) return undefined;
  return starts.map((start, i) => {
    const axis = call.axis(axes?.[i] ?? i, shape.length);
    const step = steps?.[i] ?? 1;
    const size = shape[axis];
    const end = ends[i];
    if (end === undefined || step === 0)
      throw call.damaged('has an invalid range', 'it needs an end and a step');
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const within = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const length = Math.max(0, Math.ceil((within(end) - within(start)) / step));
    return { axis, begin: length === 0 ? 0 : within(start), step, length };
  });
}

/** A Slice that keeps everything, or the last time step. */
function lastSlice(call: Call, signal: Signal): Signal | undefined {
  const [starts, ends] = [listOf(call, 1, 'starts'), listOf(call, 2, 'ends')];
  const [given, steps] = [listOf(call, 3, 'axes'), listOf(call, 4, 'steps')];
  const { axes } = signal;
  if (!axes || starts?.length !== 1 || ends?.length !== 1 || steps?.some((step) => step !== 1))
    return undefined;
  const axis = call.axis(given?.[0] ?? 0, axes.length);
  const reachesEnd = ends[0] >= 2 ** 31 - 1 || ends[0] === sizeIfKnown(axes[axis]);
  if (!reachesEnd) return undefined;
  if (starts[0] === 0) return signal;
  return isLast(signal, axis, starts[0])
    ? { ...signal, axes: axes.with(axis, []), isLastStep: true }
    : undefined;
}

function sizeIfKnown(axis: Axis): number | undefined {
  const { names, times } = sizeOf(axis);
  return names.length === 0 ? times : undefined;
}

/** Whether an index of an axis is that of the last time step. */
function isLast({ stage, axes }: Signal, axis: number, index: number): boolean {
  const layer = stage.of === 'logits' ? stage.below : stage;
  if (layer.of !== 'layer' || !axes || !sameAxis(axes[axis], layer.time)) return false;
  return index === -1 || index + 1 === sizeIfKnown(axes[axis]);
}

/** Gather of known indices. That of ids from a table is the embedding. */
function gather(call: Call): Value | undefined {
  const indices = call.inputs[1];
  return byKind(call, {
    constant: (array) =>
      indices?.kind === 'signal' ? embedding(call, array, indices) : gatheredConstant(call, array, indices),
    sizes: (sizes) => gatheredSizes(call, sizes, indices),
    signal: (signal) =>
      signal.stage.of === 'input' ? { ...signal, axes: null } : gatheredStep(call, signal, indices),
  });
}

function gatheredConstant(call: Call, array: Constant, indices: Value | undefined): Constant | undefined {
  const [index, ...others] = integersOf(indices) ?? [];
  if (index === undefined || others.length > 0 || indices?.kind !== 'constant') return undefined;
  const axis = call.axis(call.int('axis', 0), array.shape.length);
  const begin = call.axis(index, array.shape[axis]);
  const part = sliced(call, array, axis, { begin, step: 1, length: 1 });
  return { ...part, shape: array.shape.toSpliced(axis, 1, ...indices.shape) };
}

function gatheredSizes(call: Call, { items }: Sizes, indices: Value | undefined): Sizes | undefined {
  const list = integersOf(indices);
  if (!list || indices?.kind !== 'constant' || indices.shape.length > 1) return undefined;
  const chosen = list.map((index) => items[call.axis(index, items.length)]);
  return { kind: 'sizes', isScalar: indices.shape.length === 0, items: chosen };
}

/** One index of an axis of size 1, or the last time step. */
function gatheredStep(call: Call, signal: Signal, indices: Value | undefined): Signal | undefined {
  const [index, ...others] = integersOf(indices) ?? [];
  if (!signal.axes || index === undefined || others.length > 0 || indices?.kind !== 'constant')
    return undefined;
  const axis = call.axis(call.int('axis', 0), signal.axes.length);
  const isOnly = signal.axes[axis].length === 0 && (index === 0 || index === -1);
  const last = isLast(signal, axis, index);
  if (!isOnly && !last) return undefined;
  const isLastStep = signal.isLastStep || last;
  return withAxes({ ...signal, isLastStep }, (axes) =>
    axes.toSpliced(axis, 1, ...indices.shape.map((): Axis => [])),
  );
}

function concat(call: Call): Value | undefined {
  const inputs = call.inputs.filter((input) => input !== undefined);
  if (inputs.length === 0) throw call.damaged('has no input', 'it needs one');
  if (inputs.length === 1) return inputs[0];
  if (inputs.every((input) => input.kind === 'constant')) {
    return concatenated(call, inputs, call.axis(call.int('axis', 0), inputs[0].shape.length));
  }
  if (inputs.every((input) => isZero(input))) return { kind: 'uniform', value: 0, axes: null };
  const lists = inputs.map(itemsOf);
  if (!lists.every((list) => list !== undefined)) return undefined;
  call.context.budget.spend(lists.reduce((sum, list) => sum + list.length, 0));
  return { kind: 'sizes', isScalar: false, items: lists.flat() };
}
