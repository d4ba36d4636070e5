import { hasZoneout } from '../../../models/config.ts';
import type { ModelFile } from '../../../models/model-file.ts';
import { type Exporter, zoneoutNotes } from '../../exporter.ts';
import { type Network, networkInFloat32, widthOfLayer } from '../../network/network.ts';
import type { GraphProto } from '../messages.ts';
import { encodeMessage } from '../protobuf/encode.ts';
import { modelProto } from '../schema.ts';
import { floats, GraphBuilder, integers } from './graph-builder.ts';
import { statesOf } from './layer-spec.ts';
import { metadataOf } from './metadata.ts';
import { addLayer, needsScan } from './recurrent-layer.ts';

/** Opset 17 and its IR version, of 2022, which every newer runtime reads. */
const [OPSET, IR_VERSION] = [17, 8];

/** An ONNX model: ids and states in, logits and states out. */
export const onnxExporter: Exporter = {
  extension: '.onnx',
  write: (model, { name, where }) => {
    const network = networkInFloat32(model, where);
    const file = encodeMessage(
      modelProto,
      {
        irVersion: IR_VERSION,
        opsetImport: [{ version: OPSET }],
        producerName: 'unrolled',
        docString: DESCRIPTION,
        graph: graphOf(network),
        metadataProps: metadataOf(model),
      },
      where,
    );
    return { files: new Map([[`${name}.onnx`, file]]), notes: notesOf(model, network) };
  },
};

const DESCRIPTION =
  'A recurrent language model. Inputs: ids, int64 (T, N): T steps of N texts; then the states, float32 (N, width), zeros at the ' +
  'start of a text. Outputs: logits, float32 (T, N, V), of the token after each id; then the states after the last step, in the same ' +
  'order. The first id of a text is "start" in the metadata special_tokens.';

/** The graph that computes a network. */
export function graphOf(network: Network): GraphProto {
  const graph = GraphBuilder.create();
  const embedding = graph.weights('embedding.W', network.embedding);
  let xs = graph.add('Gather', 'embedded', [embedding, 'ids']);
  for (const index of network.layers.keys()) xs = addLayer(graph, { network, index, xs });
  const affine = network.affine
    ? graph.weights('affine.W', network.affine)
    : graph.add('Transpose', 'embedding.W.transposed', [embedding]);
  const product = graph.add('MatMul', 'product', [xs, affine]);
  graph.add('Add', 'logits', [product, graph.weights('affine.b', network.bias)]);
  const states = network.layers.flatMap((_, i) =>
    statesOf(network, i).map((names) => ({ ...names, dims: ['N', widthOfLayer(network, i)] })),
  );
  return graph.build(
    'language model',
    [integers('ids', ['T', 'N']), ...states.map(({ before, dims }) => floats(before, dims))],
    [
      floats('logits', ['T', 'N', network.bias.data.length]),
      ...states.map(({ after, dims }) => floats(after, dims)),
    ],
  );
}

function notesOf({ config, tensors }: ModelFile, network: Network): readonly string[] {
  const notes: string[] = [];
  if (tensors.get('embedding.W')?.dtype === 'F64')
    notes.push('The weights are rounded from float64 to float32.');
  if (needsScan(network)) {
    const missing = hasZoneout(config) ? `${config.cell} with zoneout` : config.cell;
    notes.push(`The recurrent layers are Scan loops, because ONNX has no operator for ${missing}.`);
  }
  return [...notes, ...zoneoutNotes(config)];
}
