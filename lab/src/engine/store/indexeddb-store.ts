import type { Store } from 'unrolled/recipe';
import { missingFile, storageError } from './storage-error.ts';

const [DATABASE, FILES] = ['unrolled-lab', 'files'];

/** Files in IndexedDB, for browsers without a private file system. Each write is a transaction. */
export class IndexedDBStore implements Store {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  static async open(): Promise<IndexedDBStore> {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES);
    return new IndexedDBStore(await done(DATABASE, request));
  }

  async read(name: string): Promise<Uint8Array> {
    const bytes = await done<Uint8Array | undefined>(name, this.#files('readonly').get(name));
    if (bytes) return bytes;
    throw missingFile(name);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const files = this.#files('readwrite');
    files.put(new Uint8Array(bytes), name); // a copy, because shared memory can't be stored
    await new Promise<void>((resolve, reject) => {
      files.transaction.oncomplete = () => resolve();
      files.transaction.onabort = () => reject(storageError(name, files.transaction.error));
    });
  }

  async list(prefix: string): Promise<readonly string[]> {
    const keys = await done(prefix, this.#files('readonly').getAllKeys());
    return keys.map(String).filter((key) => key.startsWith(prefix));
  }

  async remove(name: string): Promise<void> {
    await done(name, this.#files('readwrite').delete(name));
  }

  #files(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(FILES, mode).objectStore(FILES);
  }
}

function done<T>(name: string, request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageError(name, request.error));
  });
}
