import { Worker } from 'node:worker_threads';
import { type ErrorCode, UnrolledError } from '../../../errors.ts';
import { damaged } from '../../../formats/damaged.ts';
import type { Hdf5Contents, Hdf5Reader } from '../../../interop/keras/hdf5/contents.ts';

/** What the thread of hdf5-worker.ts gets. */
export interface Hdf5Request {
  readonly bytes: Uint8Array;
  /** The name of the file. */
  readonly where: string;
}

/** What it answers: `'ready'` once at first, then the contents of each file or an error. */
export type Hdf5Answer =
  | 'ready'
  | { readonly contents: Hdf5Contents }
  | { readonly code: ErrorCode; readonly message: string };

/** How long the library may take to load on a busy machine. */
const START_SECONDS = 60;

/**
 * Reads HDF5 files in a thread of its own: a damaged file may keep the library busy forever, or end it. Such a file is refused, and
 * the next one gets a new thread.
 */
export class Hdf5Thread {
  readonly #script: URL;
  readonly #mostSeconds: number;
  #worker: Worker | null = null;

  /**
   * @param script hdf5-worker.js
   * @param mostSeconds how long one file may take, once the library is loaded
   */
  constructor(script: URL, mostSeconds: number) {
    this.#script = script;
    this.#mostSeconds = mostSeconds;
  }

  readonly read: Hdf5Reader = async (bytes, where) => {
    const worker = this.#worker ?? (await this.#start(where));
    worker.postMessage({ bytes, where } satisfies Hdf5Request);
    return contentsOf(await this.#answer(worker, where, this.#mostSeconds));
  };

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  async #start(where: string): Promise<Worker> {
    // The library reports on the standard error what its errors say too.
    const worker = new Worker(this.#script, { stdout: true, stderr: true });
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    this.#worker = worker;
    const answer = await this.#answer(worker, where, START_SECONDS);
    if (answer !== 'ready') contentsOf(answer);
    return worker;
  }

  async #answer(worker: Worker, where: string, mostSeconds: number): Promise<Hdf5Answer> {
    const timer = setTimeout(() => void worker.terminate(), mostSeconds * 1000);
    try {
      return await nextMessage(worker, where);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Rejects with an UnrolledError when the thread ends. */
function nextMessage(worker: Worker, where: string): Promise<Hdf5Answer> {
  let [resolve, reject] = [(_: Hdf5Answer) => {}, (_: UnrolledError) => {}];
  const promise = new Promise<Hdf5Answer>((...settle) => {
    [resolve, reject] = settle;
  });
  const fail = (got: string) => reject(damaged(where, got, 'the HDF5 library must be able to read the file'));
  const onError = (error: unknown) => fail(`the library failed (${String(error).slice(0, 80)})`);
  const onExit = () => fail('the library found no end');
  worker.once('message', resolve).once('error', onError).once('exit', onExit);
  return promise.finally(() => worker.off('message', resolve).off('error', onError).off('exit', onExit));
}

function contentsOf(answer: Hdf5Answer): Hdf5Contents {
  if (answer !== 'ready' && 'contents' in answer) return answer.contents;
  const { code, message } = answer as Exclude<Hdf5Answer, 'ready' | { readonly contents: Hdf5Contents }>;
  throw new UnrolledError(code, message);
}
