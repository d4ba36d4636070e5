import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** Work of which only the last one counts: a newer call aborts the signal of the one before. */
export class Latest {
  #abort: AbortController = new AbortController();

  /**
   * Calls a function with a signal; returns its result, or null if a newer call came meanwhile. Throws what the function
   * throws, unless a newer call came.
   */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.#abort.abort();
    const mine = new AbortController();
    this.#abort = mine;
    try {
      const result = await work(mine.signal);
      return mine.signal.aborted ? null : result;
    } catch (error) {
      if (mine.signal.aborted) return null;
      throw error;
    }
  }

  /** Aborts the signal of the call under way, whose result is then null. */
  cancel(): void {
    this.#abort.abort();
  }
}

/**
 * What the engine finds for a request that signals determine: null without a request, and until its result has come. An error
 * shows nothing: it is that of a reading that was forgotten, and is about to be replaced.
 */
export function found<T>(
  request: () => ((signal: AbortSignal) => Promise<T>) | null,
): ReadonlySignal<T | null> {
  const result: Signal<T | null> = signal(null);
  const latest = new Latest();
  effect(() => {
    const call = request();
    result.value = null;
    latest.cancel();
    if (!call) return;
    void latest.run(call).then(
      (value) => {
        if (value !== null) result.value = value;
      },
      () => undefined,
    );
  });
  return result;
}
