import { YieldTimer } from '../../yield-timer.ts';

/** How long work shares a model, or a thread: in units, each of which waits for its turn. */
export interface Turns {
  /** So many tokens make a unit, about. */
  readonly tokens: number;
  /** Runs a unit when its turn has come. Throws what the unit throws, or why there is no turn any more. */
  take<T>(unit: () => T | Promise<T>): Promise<T>;
}

/** The turns of work that has the model to itself: between two units timers and signals get theirs. */
export class OwnTurns implements Turns {
  readonly tokens = 1024;
  readonly #yieldTimer: YieldTimer = new YieldTimer();
  readonly #signal: AbortSignal | undefined;

  /** @param signal when it is aborted, its reason is thrown */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  async take<T>(unit: () => T | Promise<T>): Promise<T> {
    await this.#yieldTimer.yieldIfDue();
    this.#signal?.throwIfAborted();
    return unit();
  }
}
