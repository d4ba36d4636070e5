import { blasEngine } from '../blas/engine.ts';
import { type Engine, wasmEngine } from '../wasm/engine.ts';
import { instantiateKernels } from '../wasm/module.ts';
import { nodeBuiltin } from './platform.ts';
import type { StartThread, ThreadStart, Worker } from './pool.ts';

type Threads = typeof import('node:worker_threads');

/** Starts a worker thread in Node or a web worker in a page. */
export const startThread: StartThread = (start) => {
  const threads = nodeBuiltin<Threads>('worker_threads');
  return threads ? startNodeThread(threads, start) : startWebThread(start);
};

/** What a worker computes with. */
export function engineOf({ module, memory, scratch, blas }: ThreadStart): Engine {
  const engine = wasmEngine(instantiateKernels(module, memory), scratch);
  return blas === null ? engine : blasEngine(engine, blas, memory);
}

function startNodeThread(threads: Threads, start: ThreadStart): Promise<Worker> {
  const file = new URL('./node-thread.js', import.meta.url);
  const worker = new threads.Worker(file, { workerData: start });
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve({ terminate: () => void worker.terminate() }));
    // Later errors are told by the barrier, which finds the thread missing.
    worker.on('error', reject);
  });
}

function startWebThread(start: ThreadStart): Promise<Worker> {
  const worker = new globalThis.Worker(new URL('./web-thread.js', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = (event) => reject(new Error(`threads: a worker did not start: ${event.message}`));
    worker.postMessage(start);
  });
}
