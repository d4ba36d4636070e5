import { lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import { errorCode, fileError } from '../../../formats/file-error.ts';
import type { Store } from '../../../recipe/store.ts';
import { readBytes } from '../texts/read.ts';
import { writeFileAtomically } from '../write.ts';
import { checkUnlocked, lockFile } from './lock.ts';

/**
 * A store of files by path. Every call is synchronous, so a program that exits between two calls leaves no half-written file.
 * Throws UnrolledError.
 */
export class FileStore implements Store {
  readonly #out: string | null;

  /** @param out the model file; new files get at most its permissions. Default: none */
  constructor(out: string | null = null) {
    this.#out = out;
  }

  read(path: string): Uint8Array {
    return readBytes(path);
  }

  write(path: string, bytes: Uint8Array): void {
    const model = this.#out === null ? undefined : statSync(this.#out, { throwIfNoEntry: false });
    writeFileAtomically(path, bytes, model?.mode);
  }

  list(prefix: string): string[] {
    const start = basename(prefix);
    const folder = prefix.slice(0, prefix.length - start.length);
    try {
      const names = readdirSync(dirname(prefix)).filter((name) => name.startsWith(start));
      return names.map((name) => folder + name);
    } catch (error) {
      throw listingError(dirname(prefix), error);
    }
  }

  /** Removes a file, unless it is read-only. */
  remove(path: string): void {
    try {
      if (isReadOnly(path)) return;
      rmSync(path, { force: true });
    } catch (error) {
      throw fileError(path, error);
    }
  }

  checkUnlocked(path: string): void {
    checkUnlocked(path);
  }

  lock(path: string): () => void {
    return lockFile(path);
  }
}

function isReadOnly(path: string): boolean {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file?.isFile() === true && (file.mode & 0o222) === 0;
}

function listingError(folder: string, error: unknown): unknown {
  if (errorCode(error) !== 'EACCES') return fileError(folder, error);
  return new UnrolledError(
    'file-permission',
    `${folder}: permission denied to list this folder; a run looks there for checkpoints. ` +
      'Allow it (chmod u+r), or choose another folder.',
  );
}
