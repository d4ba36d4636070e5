import type { FloatArray } from '../../network/float-array.ts';

/** What an importer takes from an HDF5 file. It can be copied to another thread. */
export interface Hdf5Contents {
  /** The attributes of the root group that are texts, by name, such as `model_config`. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The datasets of floating-point numbers by path, such as `layers/lstm/cell/vars/0`, without those of an optimizer. */
  readonly arrays: ReadonlyMap<string, FloatArray>;
  /** The paths of the datasets of another type. */
  readonly others: readonly string[];
}

/**
 * Reads an HDF5 file; `hdf5With` makes one from the package h5wasm.
 *
 * @param bytes the file
 * @param where its name, for error messages
 * @throws {UnrolledError} code `file-damaged` for an invalid file, `file-foreign` for one with links or virtual datasets
 */
export type Hdf5Reader = (bytes: Uint8Array, where: string) => Promise<Hdf5Contents>;

/** Whether bytes begin like an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
}
