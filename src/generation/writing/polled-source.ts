import { nextTurn } from '../../yield-timer.ts';

/** An asynchronous source that can be polled without waiting. */
export class PolledSource<T> {
  readonly #source: AsyncIterator<T>;
  #pending: Promise<IteratorResult<T>> | null = null;

  constructor(source: AsyncIterable<T>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next item if it is available, otherwise undefined. The end and errors are only reported by `wait`. */
  async take(): Promise<T | undefined> {
    this.#pending ??= this.#source.next();
    // An item that needs no I/O arrives before the next turn of the event loop.
    const next = await Promise.race([this.#pending.catch(() => undefined), nextTurn().then(() => undefined)]);
    return next === undefined ? undefined : this.wait();
  }

  /** Waits for the next item; undefined at the end. Throws what the source throws. */
  async wait(): Promise<T | undefined> {
    this.#pending ??= this.#source.next();
    const { done, value } = await this.#pending;
    if (done) return undefined;
    this.#pending = null;
    return value;
  }
}
