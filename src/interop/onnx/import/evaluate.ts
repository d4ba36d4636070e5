import { MOST_AXES } from '../../network/shape.ts';
import type { NodeProto } from '../messages.ts';
import { Call, type CallContext } from './call.ts';
import { idOperators } from './operators/ids.ts';
import { layoutOperators } from './operators/layout.ts';
import type { Operator } from './operators/operator.ts';
import { outputOperators } from './operators/output-layer.ts';
import { partOperators } from './operators/parts.ts';
import { passingOperators } from './operators/passing.ts';
import { recurrentOperators } from './operators/recurrent.ts';
import { sizeOperators } from './operators/sizes.ts';
import type { Value } from './values/values.ts';

/** The operators by name. Biases, ids and sizes are added; ids and sizes are multiplied. */
const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...sizeOperators,
    ...layoutOperators,
    ...partOperators,
    ...passingOperators,
    ...recurrentOperators,
    ...outputOperators,
    ...idOperators,
    Add: (call: Call) => idOperators.Add(call) ?? outputOperators.Add(call) ?? sizeOperators.Add(call),
    Mul: (call: Call) => idOperators.Mul(call) ?? sizeOperators.Mul(call),
  }),
);

/**
 * Adds what is known of the outputs of a node to the values by name.
 *
 * @throws {UnrolledError} code `file-foreign` for an operator on a signal that has no equal in a model, `file-damaged` for a node
 * that violates the format
 */
export function evaluate(node: NodeProto, values: Map<string, Value>, context: CallContext): void {
  const inputs = (node.input ?? []).map((name) => (name === '' ? undefined : values.get(name)));
  const call = new Call(node, inputs, context);
  const results = resultsOf(call);
  for (const value of results) checkAxes(value, call);
  for (const [i, name] of call.outputs.entries()) {
    if (name !== '') values.set(name, results[i] ?? { kind: 'unknown', from: originOf(call) });
  }
}

/** Nodes that add axes again and again would fill the memory. */
function checkAxes(value: Value, call: Call): void {
  if (axesOf(value) > MOST_AXES)
    throw call.damaged('makes too many axes', `an array has at most ${MOST_AXES}`);
}

function axesOf(value: Value): number {
  if (value.kind === 'constant') return value.shape.length;
  if (value.kind === 'sizes') return value.items.length;
  return value.kind === 'unknown' ? 0 : (value.axes?.length ?? 0);
}

function resultsOf(call: Call): readonly Value[] {
  const result = operators.get(call.operator)?.(call);
  if (result !== undefined) return 'kind' in result ? [result] : result;
  if (!call.inputs.some((input) => input?.kind === 'signal')) return [];
  throw call.refused(
    'computes what a model here does not',
    'beside embedding, recurrent layers and output layer there may only be changes of shape',
  );
}

/** The node that first made what is not known: a known operator only passes it on. */
function originOf({ operator, inputs, label }: Call): string {
  const passed = operators.has(operator) && inputs.find((input) => input?.kind === 'unknown');
  return passed ? passed.from : label;
}
