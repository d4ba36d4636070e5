import { argumentSlots } from '../programs/list.ts';
import { createControl } from './control.ts';
import { nodeBuiltin } from './platform.ts';
import type { StartThread, ThreadStart, Worker } from './start.ts';

/**
 * So long after the last answer of a worker that is starting, the others are given up. In a page, where a server may
 * have sent any script in the worker's place, there is a second way.
 */
const TIMEOUT_MS = { inNode: 20_000, inPage: 5000 };
const LONGEST_REASON = 120;

/** The workers of a pool and the block through which they hear from it. */
export interface Workers {
  readonly control: ArrayBufferLike;
  readonly workers: readonly Worker[];
  /** Why none could be started; null where they were. */
  readonly obstacle: string | null;
}

/**
 * Starts all workers in the first way that works, or none: where one can't start, those that did are ended.
 *
 * @param starts one for each worker, in order
 * @param timeout ms without an answer after which a worker doesn't come
 */
export async function startWorkers(
  starts: readonly Omit<ThreadStart, 'control'>[],
  ways: readonly StartThread[],
  timeout: number = nodeBuiltin('worker_threads') ? TIMEOUT_MS.inNode : TIMEOUT_MS.inPage,
): Promise<Workers> {
  if (starts.length === 0) return noWorkers(null);
  const reasons = new Set<string>();
  for (const way of ways) {
    const control = createControl(true, argumentSlots) as SharedArrayBuffer;
    try {
      const workers = await startAll(starts, control, way, timeout);
      return { control, workers, obstacle: null };
    } catch (error) {
      reasons.add(reasonOf(error));
    }
  }
  return noWorkers(`no worker starts: ${[...reasons].join('; ')}`);
}

function noWorkers(obstacle: string | null): Workers {
  return { control: createControl(false, argumentSlots), workers: [], obstacle };
}

async function startAll(
  starts: readonly Omit<ThreadStart, 'control'>[],
  control: SharedArrayBuffer,
  way: StartThread,
  timeout: number,
): Promise<Worker[]> {
  const workers: Worker[] = [];
  const replyTimeout = new ReplyTimeout(timeout);
  try {
    const answers = starts.map((start) => {
      const { worker, ready } = way({ ...start, control });
      workers.push(worker);
      // Of those that fail together the first is reported.
      ready.catch(() => {});
      return ready.then(() => replyTimeout.restart());
    });
    await Promise.race([Promise.all(answers), replyTimeout.promise]);
    return workers;
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  } finally {
    replyTimeout.end();
  }
}

/** Rejects when nothing has been heard for a while. Its timer keeps Node alive while workers start. */
class ReplyTimeout {
  readonly promise: Promise<never>;
  readonly #timeout: number;
  #reject: (reason: Error) => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(timeout: number) {
    this.#timeout = timeout;
    this.promise = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.restart();
  }

  restart(): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#timer = setTimeout(() => this.#reject(new Error('a worker does not answer')), this.#timeout);
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}

function reasonOf(error: unknown): string {
  const { message = String(error) } = Object(error) as Error;
  const [line] = message.replace(/^threads: /, '').split('\n');
  return line.slice(0, LONGEST_REASON).replace(/\.$/, '');
}
