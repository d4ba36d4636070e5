import { UnrolledError } from '../../../errors.ts';
import { checkConfig } from '../../../models/config.ts';
import { parameterShapes } from '../../../models/parameters.ts';
import { checkWeights } from '../../../models/weights.ts';
import type { FloatArray } from '../../network/float-array.ts';
import { networkOf } from '../../network/network.ts';
import { graphOf } from '../export/export.ts';
import { sameMessage } from '../protobuf/same-message.ts';
import { floatArrayOf } from './layer-weights.ts';
import { json } from './metadata.ts';
import type { ModelGraph } from './model-graph.ts';
import type { FoundNetwork } from './network-of.ts';
import { constantOf } from './tensor.ts';

/** Whether a graph has loops, as this program exports cells for which ONNX has no operator. */
export function hasLoops({ proto }: ModelGraph): boolean {
  return proto.node?.some(({ opType }) => opType === 'Scan') ?? false;
}

/**
 * The network of a graph with loops. The weights have the names of ours and the metadata has the config; the graph must be the one
 * that this program writes for that network.
 *
 * @throws {UnrolledError} code `file-foreign` for another graph; `file-damaged`, `config`, `weights` or `not-finite` for invalid
 * metadata or weights
 */
export function exportedNetwork(
  graph: ModelGraph,
  entries: ReadonlyMap<string, string>,
  where: string,
): FoundNetwork {
  if (!entries.has('unrolled')) throw foreignLoop(where);
  const config = checkConfig(json(entries, 'unrolled', where), where);
  const tensors = new Map<string, FloatArray>();
  for (const [name, tensor] of graph.initializers) {
    const constant = constantOf(tensor, where);
    if (constant?.isFloat) tensors.set(name, floatArrayOf(constant, constant.shape));
  }
  checkWeights(config, tensors, where);
  const network = networkOf({ config, tensors });
  if (!sameMessage(graph.proto, graphOf(network))) throw foreignLoop(where);
  const names = [...parameterShapes(config)].map(([name]) => name);
  const mapped = names.map((name) => ({ from: name, shape: tensors.get(name)!.shape, to: [name] }));
  return { network, mapped, leftOut: [] };
}

function foreignLoop(where: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: the graph has a Scan that this version of unrolled does not write; recurrent layers must be the operators RNN, LSTM or ` +
      'GRU. Export the model again, with these operators.',
  );
}
