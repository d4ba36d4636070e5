// The first lines of a web worker.
import { instantiateKernels } from '../module.ts';
import type { ThreadStart } from './pool.ts';
import { engineOf } from './thread-engine.ts';
import { workerLoop } from './worker-loop.ts';

globalThis.onmessage = ({ data }: MessageEvent<ThreadStart>) => {
  const engine = engineOf(instantiateKernels(data.module, data.memory), data, null);
  globalThis.postMessage('ready');
  workerLoop(engine, data.control, data.index, data.count);
};
