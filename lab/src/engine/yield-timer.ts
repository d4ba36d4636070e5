/** The longest time between two yields to the event loop, in milliseconds. */
const INTERVAL = 30;

/** Lets messages and other calls in during long work. A message, because browsers delay the timers of a hidden tab. */
export class YieldTimer {
  #last: number = performance.now();

  async yieldIfDue(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#last >= INTERVAL) {
      await nextMessage();
      this.#last = performance.now();
    }
    signal.throwIfAborted();
  }
}

function nextMessage(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
