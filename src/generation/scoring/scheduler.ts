import { YieldTimer } from '../../yield-timer.ts';

/** Schedules long work that shares a model or a thread, as work items that run one at a time. */
export interface Scheduler {
  /** Approximate number of tokens of a work item. */
  readonly tokens: number;
  /** Runs a work item when its turn comes. Throws what the item throws, or the reason why no more items run. */
  take<T>(item: () => T | Promise<T>): Promise<T>;
}

/** Runs work items at once, for exclusive use of a model. Yields to the event loop between items. */
export class ExclusiveScheduler implements Scheduler {
  readonly tokens = 1024;
  readonly #yieldTimer: YieldTimer = new YieldTimer();
  readonly #signal: AbortSignal | undefined;

  /** @param signal when aborted, `take` throws its reason */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  async take<T>(item: () => T | Promise<T>): Promise<T> {
    await this.#yieldTimer.yieldIfDue();
    this.#signal?.throwIfAborted();
    return item();
  }
}
