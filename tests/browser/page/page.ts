import type { Result } from '../runs.ts';
import type { Request } from './worker.ts';

declare global {
  /** Has a worker of its own do the job. */
  var runInWorker: (request: Request) => Promise<Result>;
}

globalThis.runInWorker = (request) => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Result>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  });
};
