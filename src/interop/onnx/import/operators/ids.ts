import type { Call } from '../call.ts';
import { sameAxis } from '../values/axes.ts';
import type { Signal, Uniform, Unknown, Value } from '../values/values.ts';
import { byKind, type Operator } from './operator.ts';

/**
 * Operators that Keras applies to ids: those below 0 count from the end of the vocabulary. Ids of a text are 0 or above, so that
 * the condition is false everywhere, and the ids stay what they are.
 */
export const idOperators: Readonly<Record<string, Operator>> = {
  Less: (call) => {
    const [ids, limit] = call.inputs;
    const isBelow = limit?.kind === 'constant' && limit.data.every((number) => number <= 0);
    return isIds(ids) && isBelow ? { kind: 'uniform', value: 0, axes: ids.axes } : undefined;
  },
  Not: (call) =>
    byKind(call, { uniform: (condition) => ({ ...condition, value: condition.value === 0 ? 1 : 0 }) }),
  Where: (call) => {
    const [condition, a, b] = call.inputs;
    if (condition?.kind !== 'uniform') return undefined;
    const chosen = condition.value === 0 ? b : a;
    return isIds(chosen) && sameAxes(condition, chosen) ? chosen : undefined;
  },
  Mul: (call) =>
    ofEither(call, (one, other) => (one.value === 0 ? one : one.value === 1 ? other : undefined)),
  Add: (call) => {
    const sum = ofEither(call, (one, other) => (one.value === 0 ? other : undefined));
    const [a, b] = call.inputs;
    // Ids of another range, which nothing may use.
    return sum ?? (isIds(a) && b?.kind === 'constant' ? { kind: 'unknown', from: call.label } : undefined);
  },
};

/** Whether a value is an input of integers. */
function isIds(value: Value | undefined): value is Signal {
  return value?.kind === 'signal' && value.stage.of === 'input' && value.stage.isInteger;
}

/** The result of one number everywhere, in either input, with ids, another number or what is not known. */
function ofEither(
  { inputs: [a, b] }: Call,
  combine: (one: Uniform, other: Signal | Uniform | Unknown) => Value | undefined,
): Value | undefined {
  const [one, other] = a?.kind === 'uniform' ? [a, b] : [b, a];
  if (one?.kind !== 'uniform') return undefined;
  const fits = (isIds(other) || other?.kind === 'uniform') && sameAxes(one, other);
  return fits || other?.kind === 'unknown' ? combine(one, other) : undefined;
}

/** Whether two values have the same axes, so that neither is broadcast. */
function sameAxes({ axes: a }: Uniform, { axes: b }: Signal | Uniform): boolean {
  return a !== null && a.length === b?.length && a.every((axis, i) => sameAxis(axis, b[i]));
}
