import type { Hdf5Reader } from '../../../interop/keras/hdf5/contents.ts';
import { Hdf5Thread } from './hdf5-thread.ts';

/** Enough for a file of some gigabytes. */
const MOST_SECONDS = 60;

/** Reads an HDF5 file by the optional package h5wasm. */
export const readHdf5: Hdf5Reader = async (bytes, where) => {
  const thread = new Hdf5Thread(new URL('./hdf5-worker.js', import.meta.url), MOST_SECONDS);
  try {
    return await thread.read(bytes, where);
  } finally {
    await thread.close();
  }
};
