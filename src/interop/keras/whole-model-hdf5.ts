import { UnrolledError } from '../../errors.ts';
import { parseJsonObject } from '../../formats/json-object.ts';
import type { ImportedNetwork, ImportFile } from '../importer.ts';
import type { Hdf5Contents, Hdf5Reader } from './hdf5/contents.ts';
import { layersOf } from './layers/model-config.ts';
import { namedWeights } from './named-weights.ts';
import { networkFrom } from './network.ts';
import { withUnused } from './unused.ts';

/** Reads an HDF5 file of a whole model, as Keras 1 to 3 write it. Throws UnrolledError. */
export async function readWholeModel(
  { name: where, bytes }: ImportFile,
  hdf5: Hdf5Reader,
): Promise<ImportedNetwork> {
  const contents = await hdf5(bytes, where);
  const config = contents.attributes.get('model_config') ?? onlyWeights(contents, where);
  const layers = layersOf(parseJsonObject(config, where, 'model_config'), where);
  const weights = namedWeights(
    contents.arrays,
    ({ name }, path) => path.startsWith(`model_weights/${name}/`),
    where,
  );
  return withUnused(networkFrom(layers, weights, where), contents);
}

/** A file of `save_weights` does not say which layers use its weights. */
function onlyWeights({ arrays }: Hdf5Contents, where: string): never {
  const isTextgenrnn = [...arrays.keys()].some((name) => name.startsWith('attention/attention/attention_W'));
  const got = isTextgenrnn
    ? 'the weights are of textgenrnn, whose layer "attention" (AttentionWeightedAverage) reads the embedding and all recurrent ' +
      'layers at all steps; models here have no attention and no connections that skip a layer. Train a model here instead'
    : 'the HDF5 file has no attribute "model_config"; it must be a whole Keras model. Save it with model.save, not with save_weights';
  throw new UnrolledError('file-foreign', `${where}: ${got}.`);
}
