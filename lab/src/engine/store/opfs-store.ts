import type { Store } from 'unrolled/recipe';
import { missingFile, storageError } from './storage-error.ts';

const FOLDER = 'unrolled-lab';
/** How often a file is read that another tab replaces while it is read. */
const MOST_READS = 10;

/** Files in the origin's private file system. A file is replaced as a whole when its writer is closed. */
export class OpfsStore implements Store {
  readonly #folder: FileSystemDirectoryHandle;

  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  /** Throws where the browser has no such file system, or only one that can't replace files as a whole. */
  static async open(): Promise<OpfsStore> {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    await checkWriting(folder).catch((error: DOMException) => {
      if (error.name !== 'QuotaExceededError') throw error; // full, but what it has can be read
    });
    return new OpfsStore(folder);
  }

  async read(name: string): Promise<Uint8Array> {
    for (let reads = 1; ; reads++) {
      try {
        const file = await (await this.#folder.getFileHandle(name)).getFile();
        return new Uint8Array(await file.arrayBuffer());
      } catch (error) {
        const { name: kind } = error as DOMException;
        if (kind === 'NotFoundError') throw missingFile(name);
        // The bytes of a file that was replaced since it was opened can't be read.
        if (kind !== 'NotReadableError' || reads === MOST_READS) throw storageError(name, error);
      }
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    try {
      const writer = await (await this.#folder.getFileHandle(name, { create: true })).createWritable();
      await writer.write(new Uint8Array(bytes)); // a copy, because shared memory can't be written
      await writer.close();
    } catch (error) {
      throw storageError(name, error);
    }
  }

  async list(prefix: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) if (name.startsWith(prefix)) names.push(name);
    return names;
  }

  async remove(name: string): Promise<void> {
    await this.#folder.removeEntry(name).catch((error: DOMException) => {
      if (error.name !== 'NotFoundError') throw storageError(name, error);
    });
  }
}

async function checkWriting(folder: FileSystemDirectoryHandle): Promise<void> {
  const probe = await folder.getFileHandle('probe', { create: true });
  await (await probe.createWritable()).close();
  await folder.removeEntry('probe');
}
