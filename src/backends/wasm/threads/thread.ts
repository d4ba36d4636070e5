// A thread from its source alone: scripts/build-thread.mjs bundles this file into a string, which runs as a classic
// script where no file can be found or loaded.
import { loadBlas, loadKoffi } from '../blas/library.ts';
import { nodeBuiltin } from './platform.ts';
import type { ThreadStart } from './start.ts';
import { runThread } from './worker-loop.ts';

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
