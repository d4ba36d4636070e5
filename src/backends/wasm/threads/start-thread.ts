import { UnrolledError } from '../../../errors.ts';
import { fail, wordsOf } from './control.ts';
import { Lifeline } from './lifeline.ts';
import { nodeBuiltin } from './platform.ts';
import type { Worker as PoolWorker, StartedThread, StartThread, ThreadStart } from './start.ts';
import { pageStartMethods } from './start-web-thread.ts';
import { threadSource } from './thread-source.ts';

type Threads = typeof import('node:worker_threads');

/**
 * How a worker can be started here, the best way first. In Node from its source, which needs no file beside the
 * program's, however that was bundled; in a page from its file, which a strict policy allows, then from its source.
 */
export function startMethods(): readonly StartThread[] {
  const threads = nodeBuiltin<Threads>('worker_threads');
  if (threads) return [(start) => startNodeThread(threads, start)];
  return pageStartMethods();
}

function startNodeThread(threads: Threads, start: ThreadStart): StartedThread {
  const lifeline = new Lifeline(threads);
  const worker = new threads.Worker(threadSource, {
    eval: true,
    // What the program loads first, such as a compiler, is not for this thread.
    execArgv: [],
    workerData: { ...start, lifeline: lifeline.far },
    transferList: [lifeline.far],
  });
  worker.unref();
  const handle: PoolWorker = {
    terminate: () => {
      lifeline.close();
      void worker.terminate();
    },
  };
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      // Engines other than Node may report a live worker's port as closed: then the lifeline is not used.
      if (!lifeline.isCut()) handle.hasEnded = () => lifeline.isCut();
      resolve();
    });
    const end = (reason: string) => {
      fail(wordsOf(start.control), reason);
      reject(new UnrolledError('thread-failed', `threads: ${reason}.`));
    };
    worker.on('error', (error) => end(`a worker thread failed: ${error}`));
    worker.on('exit', (code) => end(`a worker thread ended with exit code ${code}`));
  });
  return { worker: handle, ready };
}
