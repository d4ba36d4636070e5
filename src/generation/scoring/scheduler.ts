import { YieldTimer } from '../../yield-timer.ts';

/** Decides when long work that shares a model, or a thread, runs: in work items, one after the other. */
export interface Scheduler {
  /** Approximate number of tokens of a work item. */
  readonly tokens: number;
  /** Runs a work item when it is due. Throws what the item throws, or why no more items run. */
  take<T>(item: () => T | Promise<T>): Promise<T>;
}

/** Runs work that has the model to itself: timers and signals are processed between two items. */
export class ExclusiveScheduler implements Scheduler {
  readonly tokens = 1024;
  readonly #yieldTimer: YieldTimer = new YieldTimer();
  readonly #signal: AbortSignal | undefined;

  /** @param signal when it is aborted, its reason is thrown */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  async take<T>(item: () => T | Promise<T>): Promise<T> {
    await this.#yieldTimer.yieldIfDue();
    this.#signal?.throwIfAborted();
    return item();
  }
}
