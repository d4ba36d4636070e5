import { UnrolledError } from '../../../errors.ts';
import { fail, wordsOf } from './control.ts';
import { Lifeline } from './lifeline.ts';
import { nodeBuiltin } from './platform.ts';
import type { Worker as PoolWorker, StartedThread, StartThread, ThreadStart } from './start.ts';
import { pageStartMethods } from './start-web-thread.ts';
import { threadSource } from './thread-source.ts';

type Threads = typeof import('node:worker_threads');

/**
 * The methods to start a worker, the best first. In Node: from its source text, which works in any bundle. In a page: from
 * its file, which a strict content security policy allows, then from its source text.
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
    // Don't inherit preloaded modules, such as a compiler.
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
      // Runtimes other than Node may report the port of a live worker as closed; the lifeline is then not used.
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
