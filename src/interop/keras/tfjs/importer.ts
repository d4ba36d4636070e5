import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../formats/damaged.ts';
import { parseJsonObject } from '../../../formats/json-object.ts';
import type { ImportedNetwork, Importer, ImportFile } from '../../importer.ts';
import { textOf } from '../keras-archive.ts';
import { type ConfigObject, isObject, layersOf } from '../layers/model-config.ts';
import { namedWeights } from '../named-weights.ts';
import { networkFrom } from '../network.ts';
import { withUnused } from '../unused.ts';
import { readManifest } from './manifest.ts';
import { readTfjsWeights } from './weights.ts';

/** A layers model of TensorFlow.js: model.json with files of weights beside it. */
export const tfjsImporter: Importer = {
  noun: 'a TensorFlow.js model.json',
  recognises: ({ bytes }) => bytes[0] === 0x7b && startOf(bytes).includes('"modelTopology"'),
  read: readTfjs,
};

/** The converter and the library write the topology before anything long. */
function startOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 1000));
}

async function readTfjs(file: ImportFile): Promise<ImportedNetwork> {
  const where = file.name;
  const { modelTopology, weightsManifest, format } = parseJsonObject(
    textOf(file.bytes, where),
    where,
    'the file',
  );
  if (format === 'graph-model' || !isObject(modelTopology)) {
    throw new UnrolledError(
      'file-foreign',
      `${where}: the model has the format ${shown(format)}; it must be "layers-model", whose layers are known. ` +
        'Convert the Keras file without --output_format tfjs_graph_model.',
    );
  }
  const layers = layersOf(configOf(modelTopology), where);
  const read = await readTfjsWeights(readManifest(weightsManifest, where), file);
  const weights = namedWeights(
    read.arrays,
    ({ name }, path) => path.split('/').slice(0, -1).includes(name),
    where,
  );
  return withUnused(networkFrom(layers, weights, where), read);
}

/** The converter writes the configuration below `model_config`, the library itself at the top. */
function configOf(topology: ConfigObject): unknown {
  return topology.model_config ?? topology;
}
