/** The longest time between two yields to the event loop, in milliseconds. */
const INTERVAL_MS = 50;

/** The globals used to yield. Each is missing in some environment. */
interface Host {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: typeof MessageChannel;
}

/**
 * Yields to the event loop once: resolves after due timers, signals and messages have been processed.
 *
 * Node uses setImmediate, because a timer takes at least 1 ms. A page uses a message, because browsers delay the timers of a hidden
 * tab by a second or more.
 */
export function nextTurn(): Promise<void> {
  const { setImmediate: immediate } = globalThis as Host;
  return immediate ? new Promise<void>((resolve) => void immediate(resolve)) : nextMessage();
}

/** Resolves when a message to itself arrives. The channel is then closed, since an open one can keep a process alive. */
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

/** Yields to the event loop every 50 ms during long work. */
export class YieldTimer {
  #last: number = performance.now();

  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.#last < INTERVAL_MS) return;
    // In Node, unlike setImmediate, a timer also runs the timers that were set before it.
    await ((globalThis as Host).setImmediate ? nextTimer() : nextMessage());
    this.#last = performance.now();
  }
}
