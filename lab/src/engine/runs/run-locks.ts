import { UnrolledError } from 'unrolled';

const PREFIX = 'unrolled-lab-run:';
const CREATION = 'unrolled-lab-new-run';

/** Locks on runs by their names, shared by all tabs of the origin. A browser without locks is taken to have one tab. */
export class RunLocks {
  /** Null where the page was served without a secure context. */
  readonly #locks: LockManager | null = navigator.locks ?? null;

  /**
   * Locks a run until the returned function is called, or the tab is closed.
   * Throws UnrolledError `file-in-use` if it is under way in another tab.
   */
  async lock(name: string): Promise<() => void> {
    if (!this.#locks) return () => {};
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const granted = await new Promise<boolean>((resolve) => {
      void this.#locks?.request(PREFIX + name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && released;
      });
    });
    if (granted) return release;
    throw new UnrolledError(
      'file-in-use',
      `${name}: this run is under way in another tab; only one can train it. Continue there, or close that tab.`,
    );
  }

  /** Calls a function while no other tab creates a run, so that two runs get two names. */
  async whileCreating<T>(work: () => Promise<T>): Promise<T> {
    return this.#locks ? await this.#locks.request(CREATION, work) : await work();
  }

  /** The names of the runs that are locked, by this tab or another one. */
  async held(): Promise<ReadonlySet<string>> {
    const { held = [] } = (await this.#locks?.query()) ?? {};
    const names = held.map(({ name = '' }) => name).filter((name) => name.startsWith(PREFIX));
    return new Set(names.map((name) => name.slice(PREFIX.length)));
  }

  /** Resolves when a run that another tab has locked is free. */
  async freed(name: string): Promise<void> {
    await this.#locks?.request(PREFIX + name, { mode: 'shared' }, () => {});
  }
}
