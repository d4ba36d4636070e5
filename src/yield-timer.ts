/** How long work may hold the thread before timers, signals and messages are processed. */
const TURN_MS = 50;

/** What one takes of the host to end a turn; each is missing somewhere. */
interface Host {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: typeof MessageChannel;
}

/**
 * Resolves after one turn of the event loop: timers, signals and messages that are due have been processed.
 *
 * In Node, where a timer of 0 ms takes at least 1 ms, by setImmediate. In a page by a message: a page delays the timers of a
 * hidden tab by a second and more.
 */
export function nextTurn(): Promise<void> {
  const { setImmediate: immediate } = globalThis as Host;
  return immediate ? new Promise<void>((resolve) => void immediate(resolve)) : nextMessage();
}

/** By a message to itself. The channel is closed after it: an open one can keep a process alive. */
function nextMessage(): Promise<void> {
  const { MessageChannel: Channel } = globalThis as Host;
  if (!Channel) return nextTimer();
  const { port1, port2 } = new Channel();
  return new Promise<void>((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function nextTimer(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}

/** Yields to the event loop during long work, without a pause at each step. */
export class YieldTimer {
  #last: number = performance.now();

  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.#last < TURN_MS) return;
    // In Node a timer lets those that were set before it run; setImmediate alone does not.
    await ((globalThis as Host).setImmediate ? nextTimer() : nextMessage());
    this.#last = performance.now();
  }
}
