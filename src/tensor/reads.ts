import { UnrolledError } from '../errors.ts';
import type { Tensor, TensorView } from './tensor.ts';

/** Copies tensors out of a backend's memory: the `read` and `readSync` of a backend. */
export interface TensorReader {
  /** Returns a copy of the numbers, in memory order. */
  read(x: Tensor): Promise<TensorView>;
  /** The same synchronously; absent if the backend can't. */
  readSync?(x: Tensor): TensorView;
}

/**
 * A computation that reads tensor values: it yields the tensors to read and receives copies of their numbers, in
 * memory order. The same generator runs synchronously (`runSync`) or asynchronously (`RecurrentLM.run`).
 */
export type Reads<T> = Generator<readonly Tensor[], T, readonly TensorView[]>;

/** Reads one tensor within a `Reads` computation: `const numbers = yield* numbersOf(x)`. */
export function* numbersOf(x: Tensor): Reads<TensorView> {
  const [numbers] = yield [x];
  return numbers;
}

/**
 * Runs a `Reads` computation synchronously and returns its result.
 * @throws {UnrolledError} code `backend-missing` when the backend has no `readSync`; also whatever the computation throws
 */
export function runSync<T>(where: string, reader: TensorReader, reads: Reads<T>): T {
  if (!reader.readSync) {
    throw new UnrolledError(
      'backend-missing',
      `${where}: this backend can only read asynchronously; a synchronous call needs readSync(). ` +
        'Use the asynchronous version, or a backend such as wasm.',
    );
  }
  let state = reads.next();
  while (!state.done) state = reads.next(state.value.map((x) => reader.readSync?.(x) as TensorView));
  return state.value;
}

/**
 * Runs `Reads` computations one at a time, so that one that awaits a read isn't overwritten by another in the model's
 * memory. With `readSync` there is nothing to await.
 */
export class ReadQueue {
  readonly #reader: TensorReader;
  #last: Promise<unknown> = Promise.resolve();
  #isWaiting = false;

  constructor(reader: TensorReader) {
    this.#reader = reader;
  }

  /** Runs a computation: at once with `readSync`, otherwise after those queued before it. */
  async run<T>(reads: Reads<T>): Promise<T> {
    if (this.#reader.readSync) return runSync('ReadQueue', this.#reader, reads);
    return this.#after(() => this.#drive(reads));
  }

  /** Runs a function that reads nothing, in the same order. */
  async call<T>(work: () => T): Promise<T> {
    if (this.#reader.readSync) return work();
    return this.#after(async () => work());
  }

  /** Throws while a computation awaits a read: a call now would overwrite its intermediate results. */
  check(where: string): void {
    if (!this.#isWaiting) return;
    throw new UnrolledError(
      'call-order',
      `${where}: another call of this model is still running; calls must not overlap. ` +
        'Await that call first.',
    );
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #drive<T>(reads: Reads<T>): Promise<T> {
    let state = reads.next();
    while (!state.done) {
      const read = await this.#readAll(state.value).catch((error: unknown) => ({ error }));
      state = 'error' in read ? reads.throw(read.error) : reads.next(read);
    }
    return state.value;
  }

  async #readAll(tensors: readonly Tensor[]): Promise<readonly TensorView[]> {
    this.#isWaiting = true;
    try {
      return await Promise.all(tensors.map((x) => this.#reader.read(x)));
    } finally {
      this.#isWaiting = false;
    }
  }
}
