import type { Scheduler } from '../../generation/scoring/scheduler.ts';
import type { CancelSignal } from './request-signal.ts';

/** Tokens that are scored between two steps: a few milliseconds, for a tenth more of them than in long items. */
const TOKENS = 64;

/**
 * Long work beside a batch, such as scoring a text: in work items, one between two steps, round-robin over the texts. While
 * others step, an item also waits until they have had as long as the last one took: half of the time is theirs.
 */
export class WorkQueue {
  #waiting: (() => void)[] = [];
  /** Until when it is the others' time. */
  #pausedUntil = 0;
  readonly #wake: () => void;

  /** @param wake called for each item that waits */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** The scheduler of one text; it throws the signal's reason. */
  scheduler(signal: CancelSignal): Scheduler {
    return { tokens: TOKENS, take: (item) => this.#take(item, signal) };
  }

  /** Runs the item that has waited for longest. @param shared whether others step */
  next(shared: boolean): void {
    const began = performance.now();
    if (shared && began < this.#pausedUntil) return;
    this.#waiting.shift()?.();
    const end = performance.now();
    this.#pausedUntil = end + (end - began);
  }

  #take<T>(item: () => T | Promise<T>, signal: CancelSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        signal.removeEventListener('abort', cancel);
        try {
          resolve(item());
        } catch (error) {
          reject(error);
        }
      };
      const cancel = () => {
        signal.removeEventListener('abort', cancel);
        this.#waiting = this.#waiting.filter((one) => one !== run);
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', cancel);
      this.#waiting.push(run);
      this.#wake();
    });
  }
}
