import { damaged } from '../../formats/damaged.ts';
import { parseJsonObject } from '../../formats/json-object.ts';
import { openZip } from '../archive/zip.ts';
import type { ImportedNetwork, ImportFile } from '../importer.ts';
import type { Hdf5Contents, Hdf5Reader } from './hdf5/contents.ts';
import type { KerasLayer } from './layers/layer.ts';
import { layersOf } from './layers/model-config.ts';
import { networkFrom } from './network.ts';
import { withUnused } from './unused.ts';
import type { KerasWeights, StoredArray } from './weights.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';

/** Where the variables of a layer lie below it, and their names, in the order of their creation. */
const VARIABLES: Readonly<Record<string, { readonly folder: string; readonly names: readonly string[] }>> = {
  Embedding: { folder: 'vars', names: ['embeddings'] },
  SimpleRNN: { folder: 'cell/vars', names: ['kernel', 'recurrent_kernel', 'bias'] },
  LSTM: { folder: 'cell/vars', names: ['kernel', 'recurrent_kernel', 'bias'] },
  GRU: { folder: 'cell/vars', names: ['kernel', 'recurrent_kernel', 'bias'] },
  Dense: { folder: 'vars', names: ['kernel', 'bias'] },
  TimeDistributed: { folder: 'layer/vars', names: ['kernel', 'bias'] },
};

/** Keras 2.12 named the group of the layers after the method that lists them. */
const GROUPS = ['layers', '_layer_checkpoint_dependencies'];

/** Reads a `.keras` file: a zip of the configuration and an HDF5 file of the weights. Throws UnrolledError. */
export async function readKerasArchive(
  { name: where, bytes }: ImportFile,
  hdf5: Hdf5Reader,
): Promise<ImportedNetwork> {
  const zip = openZip(bytes, where);
  const at = `${where}: ${CONFIG}`;
  const layers = layersOf(parseJsonObject(textOf(await zip.read(CONFIG), at), at, 'the file'), where);
  const contents = await hdf5(await zip.read(WEIGHTS), `${where}: ${WEIGHTS}`);
  return withUnused(networkFrom(layers, archiveWeights(layers, contents), where), contents);
}

/** Decodes UTF-8. Throws UnrolledError. */
export function textOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw damaged(where, 'it is not UTF-8', 'it must be JSON');
  }
}

/** Keras names the groups by class and count, not by the names of the layers: `lstm`, `lstm_1`. */
function archiveWeights(layers: readonly KerasLayer[], { arrays }: Hdf5Contents): KerasWeights {
  const group = GROUPS.find((name) => [...arrays.keys()].some((path) => path.startsWith(`${name}/`)));
  const folders = new Map<KerasLayer, string>();
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const base = snakeCase(layer.type);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    folders.set(layer, `${group}/${count === 0 ? base : `${base}_${count}`}`);
  }
  return {
    of: (layer) => {
      const { folder, names } = VARIABLES[layer.type];
      return new Map(
        names.flatMap((role, i): [string, StoredArray][] => {
          const name = `${folders.get(layer)}/${folder}/${i}`;
          const array = arrays.get(name);
          return array ? [[role, { name, array }]] : [];
        }),
      );
    },
  };
}

/** `SimpleRNN` → `simple_rnn`, as Keras derives names from classes. */
function snakeCase(type: string): string {
  return type
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
