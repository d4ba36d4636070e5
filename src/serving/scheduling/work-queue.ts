import type { Scheduler } from '../../generation/scoring/scheduler.ts';
import type { CancelSignal } from './request-signal.ts';

/** Tokens per work item: a few milliseconds, at a tenth more time per token than in long items. */
const TOKENS = 64;

/**
 * Runs long work, such as scoring a text, next to a batch: as work items, one between two steps, round-robin over the texts.
 * While a batch is running, items get at most half of the time.
 */
export class WorkQueue {
  #waiting: (() => void)[] = [];
  /** No item runs before this time while a batch is running, in milliseconds. */
  #pausedUntil = 0;
  readonly #wake: () => void;

  /** @param wake called for each waiting item */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** A scheduler for one text; it throws the signal's reason. */
  scheduler(signal: CancelSignal): Scheduler {
    return { tokens: TOKENS, take: (item) => this.#take(item, signal) };
  }

  /** Runs the item that has waited longest. @param shared whether a batch is running */
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
