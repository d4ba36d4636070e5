import { nextTurn } from '../../yield-timer.ts';

/** What comes from somewhere in its own time, for work that need not wait for it. */
export class Arrivals<T> {
  readonly #source: AsyncIterator<T>;
  #coming: Promise<IteratorResult<T>> | null = null;

  constructor(source: AsyncIterable<T>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next, if one is there already. An end or an error is met by waiting alone. */
  async take(): Promise<T | undefined> {
    this.#coming ??= this.#source.next();
    // Whatever needs no more than memory comes before the event loop turns.
    const come = await Promise.race([this.#coming.catch(() => undefined), nextTurn().then(() => undefined)]);
    return come === undefined ? undefined : this.wait();
  }

  /** The next, however long it takes; undefined at the end. Throws what the source throws. */
  async wait(): Promise<T | undefined> {
    this.#coming ??= this.#source.next();
    const { done, value } = await this.#coming;
    if (done) return undefined;
    this.#coming = null;
    return value;
  }
}
