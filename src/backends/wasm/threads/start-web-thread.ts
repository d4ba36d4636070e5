import { UnrolledError } from '../../../errors.ts';
import { fail, wordsOf } from './control.ts';
import type { StartedThread, StartThread, ThreadStart } from './start.ts';
import { threadSource } from './thread-source.ts';
import { workerFromFile } from './worker-file.ts';

/** The methods to start a web worker, the best first. */
export function pageStartMethods(): readonly StartThread[] {
  const methods = [(start: ThreadStart) => startWebThread(workerFromSource(), start)];
  const fromFile = workerFromFile;
  return fromFile === null ? methods : [(start) => startWebThread(fromFile(), start), ...methods];
}

let sourceURL: string | undefined;

/** A Blob has the page's origin, wherever the library was loaded from. */
function workerFromSource(): Worker {
  sourceURL ??= URL.createObjectURL(new Blob([threadSource], { type: 'text/javascript' }));
  return new Worker(sourceURL);
}

function startWebThread(worker: Worker, start: ThreadStart): StartedThread {
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      const { message = 'its script is missing, or a policy forbids it' } = event;
      // Reported by the pool; else it would also be an uncaught error of the page or worker that owns the thread, such as
      // when a backend is closed while its threads wait for each other.
      event.preventDefault();
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
