import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';

/**
 * Storage for model files and checkpoints, by name: files, a browser's storage, or a map. Each method may return a promise.
 * Implementations throw UnrolledError on failure.
 */
export interface Store {
  /** Reads a file. @throws {UnrolledError} `file-missing` when it doesn't exist */
  read(name: string): Uint8Array | Promise<Uint8Array>;
  /** Writes a file atomically: a reader sees either the old bytes or the new ones. */
  write(name: string, bytes: Uint8Array): void | Promise<void>;
  /** Lists the names that start with `prefix`, in any order. */
  list(prefix: string): readonly string[] | Promise<readonly string[]>;
  /** Deletes a file; does nothing when it doesn't exist. */
  remove(name: string): void | Promise<void>;
  /**
   * Locks a model file name for a run, until the returned function is called or the process ends. Without this method,
   * concurrent runs with the same name are not detected.
   * @throws {UnrolledError} `file-in-use` when another run has locked it
   */
  lock?(name: string): Unlock | Promise<Unlock>;
  /** Throws as `lock` does, without locking. */
  checkUnlocked?(name: string): void | Promise<void>;
}

/** Throws for a value that is not a Store. */
export function checkStore(where: string, store: unknown): void {
  const missing = ['read', 'write', 'list', 'remove'].find(
    (name) => typeof Object(store)[name] !== 'function',
  );
  if (missing === undefined) return;
  throw wrongKind(where, 'the store', store, `a Store, with ${missing}()`, 'Pass new MemoryStore().');
}

/** Releases a lock. A second call does nothing. */
export type Unlock = () => void | Promise<void>;

/** The name without `.safetensors`, from which the names of checkpoints and the lock are made. */
export function stemOf(name: string): string {
  return name.replace(/\.safetensors$/, '');
}

/** A store in memory, for web pages and tests. */
export class MemoryStore implements Store {
  readonly #files: Map<string, Uint8Array> = new Map();
  readonly #locks: Map<string, Unlock> = new Map();

  /** Returns a copy of a file. @throws {UnrolledError} `file-missing` when it doesn't exist */
  read(name: string): Uint8Array {
    const bytes = this.#files.get(name);
    if (bytes) return bytes.slice();
    throw new UnrolledError('file-missing', `${name}: the store has no file of this name. Check the name.`);
  }

  /** Stores a copy of the bytes. */
  write(name: string, bytes: Uint8Array): void {
    this.#files.set(name, bytes.slice());
  }

  /** The names that start with `prefix`. */
  list(prefix: string): readonly string[] {
    return [...this.#files.keys()].filter((name) => name.startsWith(prefix));
  }

  /** Deletes a file; does nothing when it doesn't exist. */
  remove(name: string): void {
    this.#files.delete(name);
  }

  /** Throws as `lock` does, without locking. @throws {UnrolledError} `file-in-use` when another run has locked the name */
  checkUnlocked(name: string): void {
    if (!this.#locks.has(stemOf(name))) return;
    throw new UnrolledError(
      'file-in-use',
      `${name}: another run is writing this file. Wait until it ends, or choose another name.`,
    );
  }

  /** Locks a name. @returns the function that unlocks it @throws {UnrolledError} `file-in-use` when another run has locked it */
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
