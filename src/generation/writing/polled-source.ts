import { nextTurn } from '../../yield-timer.ts';

/** The items of an asynchronous source, for work that does not have to wait for them. */
export class PolledSource<T> {
  readonly #source: AsyncIterator<T>;
  #coming: Promise<IteratorResult<T>> | null = null;

  constructor(source: AsyncIterable<T>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next item if it has arrived. The end and errors only show in a wait. */
  async take(): Promise<T | undefined> {
    this.#coming ??= this.#source.next();
    // Whatever needs no more than memory comes before the event loop turns.
    const come = await Promise.race([this.#coming.catch(() => undefined), nextTurn().then(() => undefined)]);
    return come === undefined ? undefined : this.wait();
  }

  /** Waits for the next item; undefined at the end. Throws what the source throws. */
  async wait(): Promise<T | undefined> {
    this.#coming ??= this.#source.next();
    const { done, value } = await this.#coming;
    if (done) return undefined;
    this.#coming = null;
    return value;
  }
}
