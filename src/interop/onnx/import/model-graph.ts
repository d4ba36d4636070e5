import { damaged } from '../../../formats/damaged.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../messages.ts';
import { labelOf } from './call.ts';

/** A checked graph: every name has one meaning, and every node reads what comes before it. */
export interface ModelGraph {
  readonly proto: GraphProto;
  readonly opset: number;
  readonly initializers: ReadonlyMap<string, TensorProto>;
  /** The inputs that are no initializers. */
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly string[];
}

/**
 * Checks the graph of a model.
 * @throws {UnrolledError} code `file-damaged` for a missing graph or opset, names that are defined twice, and nodes that read what
 * nothing before them defines, such as those of a cycle
 */
export function modelGraph({ graph, opsetImport = [] }: ModelProto, where: string): ModelGraph {
  if (!graph) throw damaged(where, 'the model has no graph', 'it must have one');
  const opset = opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version;
  if (!opset)
    throw damaged(where, 'the model names no version of the standard operators', 'it must name one');
  const initializers = byName(graph.initializer ?? [], where);
  const inputs = (graph.input ?? []).filter(({ name = '' }) => !initializers.has(name));
  checkNodes(graph.node ?? [], new Set([...byName(inputs, where).keys(), ...initializers.keys()]), where);
  return {
    proto: graph,
    opset,
    initializers,
    inputs,
    outputs: (graph.output ?? []).map(({ name = '' }) => name),
  };
}

function byName<T extends { readonly name?: string }>(list: readonly T[], where: string): Map<string, T> {
  const map = new Map<string, T>();
  for (const element of list) define(map, element.name ?? '', element, where);
  return map;
}

function define<T>(map: Map<string, T>, name: string, value: T, where: string): void {
  if (map.has(name))
    throw damaged(where, `${JSON.stringify(name.slice(0, 80))} is defined twice`, 'names must be unique');
  map.set(name, value);
}

/** Throws unless the nodes are sorted, and no output has a name that is already defined. */
function checkNodes(nodes: readonly NodeProto[], defined: Set<string>, where: string): void {
  const names = new Map([...defined].map((name) => [name, name]));
  for (const node of nodes) {
    const missing = (node.input ?? []).find((name) => name !== '' && !names.has(name));
    if (missing !== undefined) {
      throw damaged(
        where,
        `${labelOf(node)} reads ${JSON.stringify(missing.slice(0, 80))}, which nothing before it defines`,
        'it must be an input, an initializer or the output of an earlier node',
      );
    }
    for (const name of node.output ?? []) if (name !== '') define(names, name, name, where);
  }
}

/** The nodes that an output depends on, in order. */
export function nodesFor(output: string, nodes: readonly NodeProto[]): readonly NodeProto[] {
  const needed = new Set([output]);
  const found: NodeProto[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.output?.some((name) => name !== '' && needed.has(name))) continue;
    for (const name of node.input ?? []) needed.add(name);
    found.push(node);
  }
  return found.toReversed();
}
