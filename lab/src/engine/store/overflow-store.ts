import { MemoryStore, type Store } from 'unrolled/recipe';

/** A store whose files stay in memory, until the page is closed, where the browser refuses to keep them. */
export class OverflowStore implements Store {
  readonly #kept: Store;
  readonly #memory: MemoryStore = new MemoryStore();
  readonly #reasons: Map<string, string> = new Map();

  /** @param kept the storage of the browser */
  constructor(kept: Store) {
    this.#kept = kept;
  }

  /** Why the browser does not keep the newest version of one of the files; null if it keeps all of them. */
  notKept(...names: readonly string[]): string | null {
    const refused = names.find((name) => this.#reasons.has(name));
    return refused === undefined ? null : (this.#reasons.get(refused) as string);
  }

  async read(name: string): Promise<Uint8Array> {
    return this.#reasons.has(name) ? this.#memory.read(name) : await this.#kept.read(name);
  }

  /** An earlier version that the browser keeps stays there: it is better than none on the next visit. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#kept.write(name, bytes);
      this.#forget(name);
    } catch (error) {
      this.#memory.write(name, bytes);
      this.#reasons.set(name, (error as Error).message);
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    return [...new Set([...(await this.#kept.list(prefix)), ...this.#memory.list(prefix)])];
  }

  async remove(name: string): Promise<void> {
    this.#forget(name);
    await this.#kept.remove(name);
  }

  #forget(name: string): void {
    this.#reasons.delete(name);
    this.#memory.remove(name);
  }
}
