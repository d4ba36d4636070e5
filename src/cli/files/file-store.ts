import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileError } from '../../formats/file-error.ts';
import type { Store } from '../../recipe/store.ts';
import { readBytes } from './read.ts';
import { writeFileAtomically } from './write.ts';

/**
 * Files by their paths. Each call does its work before it returns, so that a program that leaves between two of them
 * cuts no file in half. Throws UnrolledError.
 */
export class FileStore implements Store {
  read(path: string): Uint8Array {
    return readBytes(path);
  }

  write(path: string, bytes: Uint8Array): void {
    writeFileAtomically(path, bytes);
  }

  list(prefix: string): string[] {
    const start = basename(prefix);
    const folder = prefix.slice(0, prefix.length - start.length);
    try {
      const names = readdirSync(dirname(prefix)).filter((name) => name.startsWith(start));
      return names.map((name) => folder + name);
    } catch (error) {
      throw fileError(dirname(prefix), error);
    }
  }

  remove(path: string): void {
    try {
      rmSync(path, { force: true });
    } catch (error) {
      throw fileError(path, error);
    }
  }
}
