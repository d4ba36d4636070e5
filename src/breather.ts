/** How long work may hold the thread before timers, signals and messages get their turn. */
const TURN_MS = 50;

/** Lets the event loop breathe during long work, without a pause at each step. */
export class Breather {
  #last: number = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#last < TURN_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
  }
}
