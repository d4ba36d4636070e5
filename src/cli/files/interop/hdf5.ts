import { Worker } from 'node:worker_threads';
import { type ErrorCode, UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import type { Hdf5Contents, Hdf5Reader } from '../../../interop/keras/hdf5/contents.ts';
import type { Hdf5Request } from './hdf5-worker.ts';

/** A file is refused as damaged if reading it takes longer: a damaged one may keep the library busy forever. */
const MOST_SECONDS = 60;

type Answer = { readonly contents: Hdf5Contents } | { readonly code: ErrorCode; readonly message: string };

/**
 * Reads HDF5 files by the optional package h5wasm in a worker thread of its own, which ends whatever a damaged file does to the
 * library.
 */
export const readHdf5: Hdf5Reader = async (bytes, where) => {
  const request: Hdf5Request = { bytes, where };
  const worker = new Worker(new URL('./hdf5-worker.js', import.meta.url), {
    workerData: request,
    stdout: true,
    stderr: true,
  });
  const timer = setTimeout(() => void worker.terminate(), MOST_SECONDS * 1000);
  try {
    return contentsOf(await answerOf(worker, where));
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
};

function answerOf(worker: Worker, where: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    const fail = (reason: string) =>
      reject(damaged(where, `the HDF5 library ${reason}`, 'it must be able to read the file'));
    worker.once('error', (error: unknown) => fail(`failed (${String(error).slice(0, 80)})`));
    worker.once('exit', () => fail(`ended, or took longer than ${MOST_SECONDS} s`));
  });
}

function contentsOf(answer: Answer): Hdf5Contents {
  if ('contents' in answer) return answer.contents;
  throw new UnrolledError(answer.code, answer.message);
}
