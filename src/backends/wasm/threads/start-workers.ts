import { argumentSlots } from '../programs/list.ts';
import { createControl } from './control.ts';
import { nodeBuiltin } from './platform.ts';
import type { StartThread, ThreadStart, Worker } from './start.ts';

/**
 * How long to wait for the next worker to start, in ms. It is shorter in a page, where a server may send another script
 * instead of the worker's, and where there is a second method to try.
 */
const TIMEOUT_MS = { inNode: 20_000, inPage: 5000 };
const LONGEST_REASON = 120;

/** The workers of a pool and the control block that they share with it. */
export interface Workers {
  readonly control: ArrayBufferLike;
  readonly workers: readonly Worker[];
  /** Why none could be started; null if they were. */
  readonly obstacle: string | null;
}

/**
 * Starts all workers with the first method that works for all, or none.
 *
 * @param starts one per worker, in order
 * @param timeout in ms without a reply, after which the method has failed
 */
export async function startWorkers(
  starts: readonly Omit<ThreadStart, 'control'>[],
  methods: readonly StartThread[],
  timeout: number = nodeBuiltin('worker_threads') ? TIMEOUT_MS.inNode : TIMEOUT_MS.inPage,
): Promise<Workers> {
  if (starts.length === 0) return noWorkers(null);
  const reasons = new Set<string>();
  for (const method of methods) {
    const control = createControl(true, argumentSlots) as SharedArrayBuffer;
    try {
      const workers = await startAll(starts, control, method, timeout);
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
  method: StartThread,
  timeout: number,
): Promise<Worker[]> {
  const workers: Worker[] = [];
  const replyTimeout = new ReplyTimeout(timeout);
  try {
    const answers = starts.map((start) => {
      const { worker, ready } = method({ ...start, control });
      workers.push(worker);
      // If several fail, only the first failure is reported.
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

/** Rejects after a time without a reply. Its timer keeps the Node process alive while workers start. */
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
    this.#timer = setTimeout(() => this.#reject(new Error('a worker does not reply')), this.#timeout);
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
