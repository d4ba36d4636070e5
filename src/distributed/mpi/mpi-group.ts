import { Worker } from 'node:worker_threads';
import { UnrolledError } from '../../errors.ts';
import type { Group, Numbers } from '../group.ts';
import type { Call, Report, ThreadStart } from './messages.ts';
import { SharedBuffers } from './shared-buffers.ts';

/** After this long, in milliseconds, a process that MPI_Abort has not ended ends itself. */
const ABORT_MS = 5000;

interface Pending {
  readonly resolve: (parts: readonly Uint8Array[]) => void;
  readonly reject: (error: UnrolledError) => void;
}

type CallBody = Call extends infer One ? (One extends Call ? Omit<One, 'id'> : never) : never;

/** A group of processes connected by MPI, whose calls a thread makes: mpi-thread.ts. Made by `openMpi`. */
export class MpiGroup implements Group {
  readonly rank: number;
  readonly size: number;
  #names: readonly string[];
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #buffers = new SharedBuffers();
  #calls = 0;
  #failure: UnrolledError | null = null;
  readonly #loss = new AbortController();
  #isClosing = false;

  private constructor(worker: Worker, { rank, size }: { readonly rank: number; readonly size: number }) {
    this.rank = rank;
    this.size = size;
    this.#names = Array.from({ length: size }, (_, other) => `rank ${other}`);
    this.#worker = worker;
    worker.on('message', (report: Report) => this.#hear(report));
    worker.on('error', (error) => this.#fail(`the thread that calls MPI failed (${error.message})`));
    worker.on('exit', () => {
      if (!this.#isClosing) this.#fail('the thread that calls MPI ended');
    });
  }

  /** Starts the thread, which initialises MPI. @throws what the thread throws */
  static async start(script: URL, start: ThreadStart): Promise<MpiGroup> {
    const worker = new Worker(script, { workerData: start });
    return await new Promise((resolve, reject) => {
      // The group listens from the first report on: the thread may end right after it.
      worker.once('message', (report: Report) => {
        if (report.report === 'ready') resolve(new MpiGroup(worker, report));
        else reject(new Error('mpi: the thread began without its first report'));
      });
      worker.once('error', reject);
    });
  }

  get names(): readonly string[] {
    return this.#names;
  }

  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** Tells the others where this rank runs, for messages. */
  async introduce(host: string, process: number): Promise<void> {
    const own = new TextEncoder().encode(`${host} (process ${process})`);
    const all = await this.gather(own);
    this.#names = all.map((bytes, rank) => `rank ${rank} on ${new TextDecoder().decode(bytes)}`);
  }

  /** Numbers in shared memory are summed where they are. */
  async sum(numbers: Numbers, weights?: readonly number[]): Promise<void> {
    if (numbers.buffer instanceof SharedArrayBuffer) {
      await this.#call({ call: 'sum', numbers, weights });
      return;
    }
    const shared = this.#buffers.take(numbers);
    await this.#call({ call: 'sum', numbers: shared, weights });
    numbers.set(shared);
    this.#buffers.give(shared);
  }

  /** Copies leave shared memory, which a TextDecoder refuses. */
  async gather(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    const all = await this.#call({ call: 'gather', bytes: sharedCopy(bytes) });
    return all.map((shared) => shared.slice());
  }

  async broadcast(bytes: Uint8Array): Promise<Uint8Array> {
    const [first] = await this.#call({ call: 'broadcast', bytes: sharedCopy(bytes) });
    return this.rank === 0 ? bytes : first.slice();
  }

  async barrier(): Promise<void> {
    await this.#call({ call: 'barrier' });
  }

  abort(): void {
    this.#isClosing = true;
    this.#worker.postMessage({ id: 0, call: 'abort' } satisfies Call);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ABORT_MS);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#call({ call: 'close' });
  }

  /** Posts a call at once. An answer that nobody awaits any more may fail without further ado. */
  #call(body: CallBody): Promise<readonly Uint8Array[]> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = ++this.#calls;
    const answer = new Promise<readonly Uint8Array[]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    answer.catch(() => {});
    this.#worker.postMessage({ ...body, id } as Call);
    return answer;
  }

  #hear(message: Report): void {
    if (message.report === 'done') {
      this.#pending.get(message.id)?.resolve(message.parts);
      this.#pending.delete(message.id);
    } else if (message.report === 'silent') {
      const { rank, seconds } = message;
      this.#fail(`${this.#names[rank]} has given no sign of life for ${Math.round(seconds)} seconds`);
    }
  }

  /** All calls under way and to come fail. */
  #fail(what: string): void {
    this.#failure = new UnrolledError(
      'rank-lost',
      `mpi: ${what}; all ranks must answer. Check that machine and the network, then start again; train continues with --resume latest.`,
    );
    this.#loss.abort(this.#failure);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

function sharedCopy(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
