import { loadBlas, loadKoffi } from '../blas/library.ts';
import { nodeBuiltin } from './platform.ts';
import type { ThreadStart } from './start.ts';
import { runThread } from './worker-loop.ts';

/**
 * The entry of a worker without a file of its own: scripts/build-thread.mjs bundles it as a classic script, for Node and for
 * pages.
 */
export function beginThread(): void {
  const threads = nodeBuiltin<typeof import('node:worker_threads')>('worker_threads');
  if (threads) {
    const start = threads.workerData as ThreadStart;
    const blas = start.blas && loadBlas(start.blas.file, loadKoffi(start.blas.koffi));
    runThread(start, blas, () => threads.parentPort?.postMessage('ready'));
  } else {
    globalThis.onmessage = ({ data }: MessageEvent<ThreadStart>) => {
      runThread(data, null, () => globalThis.postMessage('ready'));
    };
  }
}
