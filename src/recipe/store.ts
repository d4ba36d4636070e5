import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';

/**
 * Where a run keeps its model file and checkpoints, by name: files, a browser's storage, or a map. Each method may
 * return a promise. What fails is thrown as UnrolledError.
 */
export interface Store {
  /** @throws `file-missing` when there is no such name */
  read(name: string): Uint8Array | Promise<Uint8Array>;
  /** Replaces the bytes as a whole: whatever happens, a reader finds the old bytes or the new ones, never a part. */
  write(name: string, bytes: Uint8Array): void | Promise<void>;
  /** The names that begin with `prefix`, in any order. */
  list(prefix: string): readonly string[] | Promise<readonly string[]>;
  /** Does nothing where there is no such name. */
  remove(name: string): void | Promise<void>;
  /**
   * Takes a model file's name for one run, until the function that it returns is called or the process has ended.
   * A store without it keeps two runs of one name apart in no way.
   * @throws `file-in-use` when another run has it
   */
  lock?(name: string): Unlock | Promise<Unlock>;
  /** Throws as `lock` does, and takes nothing. */
  checkUnlocked?(name: string): void | Promise<void>;
}

/** Throws for what is no store, or lacks one of its methods. */
export function checkStore(where: string, store: unknown): void {
  const missing = ['read', 'write', 'list', 'remove'].find(
    (name) => typeof Object(store)[name] !== 'function',
  );
  if (missing === undefined) return;
  throw wrongKind(where, 'the store', store, `a Store, with ${missing}()`, 'Give new MemoryStore().');
}

/** Gives a lock back. A second call does nothing. */
export type Unlock = () => void | Promise<void>;

/** `notes` for `notes` and for `notes.safetensors`: what names a run's checkpoints, and its lock. */
export function stemOf(name: string): string {
  return name.replace(/\.safetensors$/, '');
}

/** A store in memory, for pages and tests. */
export class MemoryStore implements Store {
  readonly #files: Map<string, Uint8Array> = new Map();
  readonly #locks: Map<string, Unlock> = new Map();

  read(name: string): Uint8Array {
    const bytes = this.#files.get(name);
    if (bytes) return bytes.slice();
    throw new UnrolledError('file-missing', `${name}: the store has no such name. Check the name.`);
  }

  write(name: string, bytes: Uint8Array): void {
    this.#files.set(name, bytes.slice());
  }

  list(prefix: string): readonly string[] {
    return [...this.#files.keys()].filter((name) => name.startsWith(prefix));
  }

  remove(name: string): void {
    this.#files.delete(name);
  }

  checkUnlocked(name: string): void {
    if (!this.#locks.has(stemOf(name))) return;
    throw new UnrolledError(
      'file-in-use',
      `${name}: another run writes it; a run needs a name of its own. Wait for that run, or choose another name.`,
    );
  }

  lock(name: string): Unlock {
    this.checkUnlocked(name);
    const stem = stemOf(name);
    const unlock = () => {
      if (this.#locks.get(stem) === unlock) this.#locks.delete(stem);
    };
    this.#locks.set(stem, unlock);
    return unlock;
  }
}
