import { UnrolledError } from '../../../errors.ts';
import { fail, wordsOf } from './control.ts';
import type { StartedThread, StartThread, ThreadStart } from './start.ts';
import { threadSource } from './thread-source.ts';
import { workerFromFile } from './worker-file.ts';

/** How a web worker can be started, the best way first. */
export function pageStartMethods(): readonly StartThread[] {
  const ways = [(start: ThreadStart) => startWebThread(workerFromSource(), start)];
  const fromFile = workerFromFile;
  return fromFile === null ? ways : [(start) => startWebThread(fromFile(), start), ...ways];
}

let sourceURL: string | undefined;

/** A Blob belongs to the page, wherever the library came from. */
function workerFromSource(): Worker {
  sourceURL ??= URL.createObjectURL(new Blob([threadSource], { type: 'text/javascript' }));
  return new Worker(sourceURL);
}

function startWebThread(worker: Worker, start: ThreadStart): StartedThread {
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message = 'its script is not loaded; it is missing, or a policy forbids it' }) => {
      fail(wordsOf(start.control), `a worker failed: ${message}`);
      reject(new UnrolledError('thread-failed', `threads: a worker failed: ${message}.`));
    };
  });
  try {
    worker.postMessage(start);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return { worker, ready };
}
