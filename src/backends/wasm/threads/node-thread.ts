// The first lines of a worker thread in Node.
import { loadBlas } from '../blas/library.ts';
import { instantiateKernels } from '../module.ts';
import { nodeBuiltin } from './platform.ts';
import type { ThreadStart } from './pool.ts';
import { engineOf } from './thread-engine.ts';
import { workerLoop } from './worker-loop.ts';

const threads = nodeBuiltin<typeof import('node:worker_threads')>('worker_threads');
const start = threads?.workerData as ThreadStart;
const blas = start.blas === null ? null : loadBlas(start.blas);
const engine = engineOf(instantiateKernels(start.module, start.memory), start, blas);
threads?.parentPort?.postMessage('ready');
workerLoop(engine, start.control, start.index, start.count);
