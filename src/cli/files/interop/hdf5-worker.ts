import { parentPort, workerData } from 'node:worker_threads';
import { UnrolledError } from '../../../errors.ts';
import { errorCode } from '../../../formats/file-error.ts';
import type { H5Wasm } from '../../../interop/keras/hdf5/h5wasm-types.ts';
import { hdf5With } from '../../../interop/keras/hdf5/with-h5wasm.ts';

/** The file to read, and its name. */
export interface Hdf5Request {
  readonly bytes: Uint8Array;
  readonly where: string;
}

/** Answers with the contents of the file that the main thread passes, or with the code and message of an error. */
async function answer({ bytes, where }: Hdf5Request): Promise<void> {
  try {
    const read = hdf5With(await loadH5wasm(where));
    parentPort?.postMessage({ contents: await read(bytes, where) });
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    parentPort?.postMessage({ code: error.code, message: error.message });
  }
}

async function loadH5wasm(where: string): Promise<H5Wasm> {
  try {
    return await import('h5wasm');
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UnrolledError(
      'file-foreign',
      `${where}: the file is HDF5, and the package h5wasm, which reads it, is not installed. Install it: npm install h5wasm.`,
    );
  }
}

await answer(workerData as Hdf5Request);
