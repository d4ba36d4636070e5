import { UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import type { ImportFile, LeftOut } from '../../importer.ts';
import { dataTypes, type TensorProto, type ValueInfoProto } from '../messages.ts';
import { Budget } from './budget.ts';
import { evaluate } from './evaluate.ts';
import { ExternalData } from './external-data.ts';
import { type ModelGraph, nodesFor } from './model-graph.ts';
import { type FoundNetwork, networkOf } from './network-of.ts';
import { constantOf } from './tensor.ts';
import { axisOf } from './values/axes.ts';
import type { LogitsStage } from './values/stages.ts';
import type { Signal, Value } from './values/values.ts';

/**
 * The network that a graph computes: follows what is known of each array from the inputs and weights to the logits, the output of
 * this name or the first one.
 *
 * @throws {UnrolledError} code `file-foreign` for a node that has no equal in a model, `file-damaged` for a violation of the format
 */
export async function tracedNetwork(graph: ModelGraph, file: ImportFile): Promise<FoundNetwork> {
  const output = graph.outputs.find((name) => name === 'logits') ?? graph.outputs[0];
  if (output === undefined)
    throw damaged(file.name, 'the graph has no output', 'it must have one for the logits');
  const nodes = nodesFor(output, graph.proto.node ?? []);
  const needed = new Set(nodes.flatMap(({ input = [] }) => input));
  const external = new ExternalData(file);
  const values = new Map<string, Value>(graph.inputs.map((input) => [input.name ?? '', signalOf(input)]));
  for (const [name, tensor] of graph.initializers) {
    if (needed.has(name)) values.set(name, await storedValue(tensor, file.name, external));
  }
  const budget = new Budget(file.name, file.bytes.length + external.size);
  for (const node of nodes) evaluate(node, values, { where: file.name, opset: graph.opset, budget });
  const found = networkOf(logitsOf(values.get(output), output, file.name), file.name);
  return { ...found, leftOut: [...found.leftOut, ...unused(graph, needed)] };
}

/** The types of ids. */
const integerTypes: readonly unknown[] = [dataTypes.int32, dataTypes.int64];

function signalOf({ name = '', type }: ValueInfoProto): Signal {
  const dim = type?.tensorType?.shape?.dim;
  const axes = dim?.map(({ dimValue }, i) => axisOf(`${name}.${i}`, dimValue || null));
  const isInteger = integerTypes.includes(type?.tensorType?.elemType);
  return { kind: 'signal', stage: { of: 'input', name, isInteger }, axes: axes ?? null, isLastStep: false };
}

async function storedValue(tensor: TensorProto, where: string, external: ExternalData): Promise<Value> {
  const constant = constantOf(tensor, where, await external.bytesOf(tensor));
  return constant ?? { kind: 'unknown', from: tensor.name ?? '' };
}

function logitsOf(value: Value | undefined, output: string, where: string): LogitsStage {
  if (value?.kind === 'signal' && value.stage.of === 'logits') return value.stage;
  const from = value?.kind === 'unknown' ? `computed by ${value.from}` : 'not the result of an output layer';
  throw new UnrolledError(
    'file-foreign',
    `${where}: the output ${JSON.stringify(output.slice(0, 80))} is ${from}; the logits must come from an embedding, RNN, LSTM or GRU, ` +
      'and an output layer. Export such a model.',
  );
}

function unused({ initializers }: ModelGraph, needed: ReadonlySet<string>): readonly LeftOut[] {
  return [...initializers.keys()]
    .filter((name) => !needed.has(name))
    .map((name) => ({ name, reason: 'the logits do not depend on it' }));
}
