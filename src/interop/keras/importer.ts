import { UnrolledError } from '../../errors.ts';
import { isZip } from '../archive/zip.ts';
import type { Importer } from '../importer.ts';
import { type Hdf5Reader, isHdf5 } from './hdf5/contents.ts';
import { readKerasArchive } from './keras-archive.ts';
import { readWholeModel } from './whole-model-hdf5.ts';

/** A Keras model: a `.keras` file, or an HDF5 file of a whole model. */
export const kerasImporter: Importer = {
  noun: 'a .keras file or an HDF5 file of Keras',
  recognises: ({ name, bytes }) => isHdf5(bytes) || (isZip(bytes) && /\.keras$/i.test(name)),
  read: async (file, { hdf5 }) => {
    const reader = hdf5 ?? missing(file.name);
    return isHdf5(file.bytes) ? await readWholeModel(file, reader) : await readKerasArchive(file, reader);
  },
};

function missing(where: string): Hdf5Reader {
  throw new UnrolledError(
    'option-value',
    `${where}: importModel has no option hdf5; it needs one for the weights of a Keras file. Install the package h5wasm, and ` +
      "pass { hdf5: hdf5With(await import('h5wasm')) }.",
  );
}
