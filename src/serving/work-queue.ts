import type { Turns } from '../generation/scoring/scheduler.ts';

/** Tokens that are scored between two steps: a few milliseconds, for a tenth more of them than in long units. */
const TOKENS = 64;

/**
 * Long work beside a batch, such as scoring a text: in units, one between two steps, each text in its turn. While others
 * step, a unit waits besides until they have had as long as the last one took: half of the time is theirs.
 */
export class WorkQueue {
  #waiting: (() => void)[] = [];
  /** Until when it is the others' time. */
  #theirs = 0;
  readonly #wake: () => void;

  /** @param wake told of each unit that waits */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The turns of one text; they throw the signal's reason. */
  turns(signal: AbortSignal): Turns {
    return { tokens: TOKENS, take: (unit) => this.#take(unit, signal) };
  }

  /** Runs the unit that has waited for longest. @param shared whether others step */
  next(shared: boolean): void {
    const began = performance.now();
    if (shared && began < this.#theirs) return;
    this.#waiting.shift()?.();
    const end = performance.now();
    this.#theirs = end + (end - began);
  }

  #take<T>(unit: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        signal.removeEventListener('abort', leave);
        try {
          resolve(unit());
        } catch (error) {
          reject(error);
        }
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((one) => one !== run);
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(run);
      this.#wake();
    });
  }
}
