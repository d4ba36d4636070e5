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
}
