import type { Call } from '../call.ts';
import { integersOf, type Signal, type Value } from '../values/values.ts';

/**
 * What is known of the outputs of a node, the first ones or the only one; undefined if its inputs are of a kind that the
 * operator is not supported for.
 */
export type Operator = (call: Call) => Value | readonly Value[] | undefined;

type Kinds = { readonly [K in Value['kind']]?: (value: Extract<Value, { kind: K }>) => Value | undefined };

/** The result by the kind of the first input. What is the same everywhere, or not known, stays so. */
export function byKind(call: Call, kinds: Kinds): Value | undefined {
  const [data] = call.inputs;
  if (!data) throw call.damaged('has no first input', 'it needs one');
  const convert = kinds[data.kind] as ((value: Value) => Value | undefined) | undefined;
  if (convert) return convert(data);
  if (data.kind === 'uniform') return { ...data, axes: null };
  return data.kind === 'unknown' ? data : undefined;
}

/** A list of integers, from an input or, in older versions, an attribute; undefined if it is absent, null if it is not known. */
export function listOf(call: Call, input: number, attribute: string): readonly number[] | null | undefined {
  const value = call.inputs[input];
  return value === undefined ? call.ints(attribute) : (integersOf(value) ?? null);
}

/** The signal with other axes. A part of an input, such as the state of one layer, has axes that are not known. */
export function withAxes(
  signal: Signal,
  change: (axes: NonNullable<Signal['axes']>) => Signal['axes'] | undefined,
): Signal | undefined {
  const axes = signal.axes && change(signal.axes);
  if (axes) return { ...signal, axes };
  return signal.stage.of === 'input' ? { ...signal, axes: null } : undefined;
}
