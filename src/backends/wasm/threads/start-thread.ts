import { UnrolledError } from '../../../errors.ts';
import { fail, wordsOf } from './control.ts';
import { Lifeline } from './lifeline.ts';
import { nodeBuiltin } from './platform.ts';
import type { Worker as PoolWorker, StartThread, ThreadStart } from './pool.ts';

type Threads = typeof import('node:worker_threads');

/** Starts a worker thread in Node or a web worker in a page. */
export const startThread: StartThread = (start) => {
  const threads = nodeBuiltin<Threads>('worker_threads');
  return threads ? startNodeThread(threads, start) : startWebThread(start);
};

function startNodeThread(threads: Threads, start: ThreadStart): Promise<PoolWorker> {
  const file = new URL('./node-thread.js', import.meta.url);
  const lifeline = new Lifeline(threads);
  const workerData = { ...start, lifeline: lifeline.far };
  const worker = new threads.Worker(file, { workerData, transferList: [lifeline.far] });
  worker.unref();
  return new Promise((resolve, reject) => {
    const terminate = () => {
      lifeline.close();
      void worker.terminate();
    };
    worker.once('message', () => {
      // Engines other than Node may report a live worker's port as closed: then the lifeline is not used.
      resolve(lifeline.isCut() ? { terminate } : { terminate, hasEnded: () => lifeline.isCut() });
    });
    const end = (reason: string) => {
      fail(wordsOf(start.control), reason);
      reject(new UnrolledError('thread-failed', `threads: ${reason}.`));
    };
    worker.on('error', (error) => end(`a worker thread failed: ${error}`));
    worker.on('exit', (code) => end(`a worker thread ended with exit code ${code}`));
  });
}

function startWebThread(start: ThreadStart): Promise<PoolWorker> {
  // Bundlers find the worker's file only where it is written just so.
  const worker = new Worker(new URL('./web-thread.js', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = ({ message }) => {
      fail(wordsOf(start.control), `a worker failed: ${message}`);
      reject(new UnrolledError('thread-failed', `threads: a worker did not start: ${message}`));
    };
    worker.postMessage(start);
  });
}
