import { identifyFile } from '../../../formats/identify-file.ts';
import type { ImportedNetwork, Importer, ImportFile } from '../../importer.ts';
import { decodeMessage } from '../protobuf/decode.ts';
import { modelProto } from '../schema.ts';
import { exportedNetwork, hasLoops } from './exported.ts';
import { entriesOf, readMetadata } from './metadata.ts';
import { modelGraph } from './model-graph.ts';
import { tracedNetwork } from './trace.ts';

/** What `identifyFile` calls it too. */
const NOUN = 'an ONNX model';

/** An ONNX model of embedding, recurrent operators and output layer, or one that this program exported. */
export const onnxImporter: Importer = {
  noun: NOUN,
  recognises: ({ name, bytes }) => name.toLowerCase().endsWith('.onnx') || identifyFile(bytes)?.name === NOUN,
  read: readOnnx,
};

async function readOnnx(file: ImportFile): Promise<ImportedNetwork> {
  const model = decodeMessage(modelProto, file.bytes, file.name);
  const graph = modelGraph(model, file.name);
  const entries = entriesOf(model);
  const found = hasLoops(graph)
    ? exportedNetwork(graph, entries, file.name)
    : await tracedNetwork(graph, file);
  const { leftOut, ...described } = readMetadata(entries, file.name);
  return { ...found, ...described, leftOut: [...found.leftOut, ...leftOut] };
}
