/** How long a step may hold the main thread of a page, which draws and answers no one meanwhile. */
const SLOW_MS = 100;

/** Says once that the steps of a run hold a page's main thread for long; elsewhere, nothing. */
export class SlowStep {
  readonly #say: (line: string) => void;
  #isSaid: boolean;

  /** @param say receives the line. Default: console.warn */
  constructor(say: (line: string) => void = (line) => console.warn(line)) {
    this.#say = say;
    this.#isSaid = !('document' in globalThis);
  }

  /** Runs a step, and measures for how long it holds the thread. */
  watch<T>(step: () => T): T {
    const began = performance.now();
    const result = step();
    const held = performance.now() - began;
    if (this.#isSaid || held <= SLOW_MS) return result;
    this.#isSaid = true;
    this.#say(
      `train: a step held the main thread of the page for ${Math.round(held)} ms; above ${SLOW_MS} ms a page stutters. ` +
        'Train in a worker (examples/worker shows how), or with a smaller N, T or hidden size.',
    );
    return result;
  }
}
