import { UnrolledError } from '../errors.ts';
import type { Tensor, TensorView } from './tensor.ts';

/** What brings the numbers of a tensor back from a backend's memory: the `read` and `readSync` of a backend. */
export interface TensorReader {
  read(x: Tensor): Promise<TensorView>;
  readSync?(x: Tensor): TensorView;
}

/**
 * Work that needs numbers back: it yields the tensors to be read together and gets copies of their numbers, each in
 * memory order. So one body serves those who can wait for a backend and those who can't.
 */
export type Reads<T> = Generator<readonly Tensor[], T, readonly TensorView[]>;

/** Within such work, the numbers of one tensor. */
export function* numbersOf(x: Tensor): Reads<TensorView> {
  const [numbers] = yield [x];
  return numbers;
}

/**
 * Runs such work at once.
 * @throws what the work throws, and when the backend has no `readSync`
 */
export function runSync<T>(where: string, reader: TensorReader, reads: Reads<T>): T {
  if (!reader.readSync) {
    throw new UnrolledError(
      'backend-missing',
      `${where}: this backend reads numbers asynchronously alone; a synchronous call needs its readSync(). ` +
        'Use the asynchronous version, or a backend such as wasm.',
    );
  }
  let state = reads.next();
  while (!state.done) state = reads.next(state.value.map((x) => reader.readSync?.(x) as TensorView));
  return state.value;
}

/**
 * Runs such work one after the other, so that what one leaves in a model's memory while it waits for numbers isn't
 * overwritten by another. A backend with `readSync` has nothing to wait for.
 */
export class ReadQueue {
  readonly #reader: TensorReader;
  #last: Promise<unknown> = Promise.resolve();
  #isWaiting = false;

  constructor(reader: TensorReader) {
    this.#reader = reader;
  }

  /** With `readSync` the work is done when this returns; else it begins after what was handed in before. */
  async run<T>(reads: Reads<T>): Promise<T> {
    if (this.#reader.readSync) return runSync('ReadQueue', this.#reader, reads);
    return this.#after(() => this.#drive(reads));
  }

  /** The same for work that reads nothing. */
  async call<T>(work: () => T): Promise<T> {
    if (this.#reader.readSync) return work();
    return this.#after(async () => work());
  }

  /**
   * Throws while the work that was begun waits for numbers: a call now would overwrite what it continues
   * with.
   */
  check(where: string): void {
    if (!this.#isWaiting) return;
    throw new UnrolledError(
      'call-order',
      `${where}: called while another call of this model waits for the backend; calls must not overlap. ` +
        'Await the other one first.',
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
