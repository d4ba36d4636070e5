import { parentPort } from 'node:worker_threads';
import { UnrolledError } from '../../../errors.ts';
import type { Hdf5Reader } from '../../../interop/keras/hdf5/contents.ts';
import { hdf5With } from '../../../interop/keras/hdf5/with-h5wasm.ts';
import type { Hdf5Answer, Hdf5Request } from './hdf5-thread.ts';

/** The library, or the error that it is not installed. */
async function openLibrary(): Promise<Hdf5Reader> {
  try {
    return hdf5With(await import('h5wasm'));
  } catch (error) {
    if ((error as { readonly code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UnrolledError(
      'file-foreign',
      'import: the package h5wasm, which reads the HDF5 files of Keras, is not installed. Install it: npm install h5wasm.',
    );
  }
}

/** The result of a call, or the code and message of its error. */
async function answerOf(call: () => Promise<Hdf5Answer>): Promise<Hdf5Answer> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const library = openLibrary();
parentPort?.on('message', async ({ bytes, where }: Hdf5Request) => {
  parentPort?.postMessage(await answerOf(async () => ({ contents: await (await library)(bytes, where) })));
});
parentPort?.postMessage(
  await answerOf(async () => {
    await library;
    return 'ready';
  }),
);
