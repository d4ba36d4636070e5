import { nextTurn } from 'unrolled';

/** The longest time between two yields to the event loop, in milliseconds. */
const INTERVAL = 30;

/** Lets messages and other calls in during long work, until its signal is aborted. */
export class YieldTimer {
  #last: number = performance.now();

  async yieldIfDue(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#last >= INTERVAL) {
      await nextTurn();
      this.#last = performance.now();
    }
    signal.throwIfAborted();
  }
}
