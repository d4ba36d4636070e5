/** How long work may hold the thread before timers, signals and messages are processed. */
const TURN_MS = 50;

/** Resolves after one turn of the event loop: timers, signals and messages that are due have been processed. */
export function nextTurn(): Promise<void> {
  // In Node a timer of 0 ms takes at least 1 ms; a page has no setImmediate.
  const { setImmediate: immediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  return new Promise<void>((resolve) => void (immediate ? immediate(resolve) : setTimeout(resolve, 0)));
}

/** Yields to the event loop during long work, without a pause at each step. */
export class YieldTimer {
  #last: number = performance.now();

  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.#last < TURN_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
  }
}
