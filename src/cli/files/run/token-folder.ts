import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { UnrolledError } from '../../../errors.ts';
import { errorCode, fileError } from '../../../formats/file-error.ts';
import type { ByteSource } from '../../../formats/text/token-file/read-tokens.ts';
import type { NewFile, TokenStore } from '../../../recipe/text/streamed/token-store.ts';
import { removeLeftovers, temporaryBeside } from '../temporary.ts';

const ENDING = '.tokens';
/** Token files may be as private as the text, so only the owner can read them. */
const PRIVATE = 0o600;

/** A folder of token files. All calls are synchronous and throw UnrolledError. */
export class TokenFolder implements TokenStore {
  readonly #folder: string;
  readonly #stem: string;
  readonly #used: Set<string> = new Set();
  readonly #made: Set<string> = new Set();

  /**
   * @param folder created if it doesn't exist
   * @param stem prefix of the file names. Default: none
   */
  constructor(folder: string, stem: string = '') {
    this.#folder = folder;
    this.#stem = stem;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw fileError(folder, error);
    }
    removeLeftovers(join(folder, stem));
  }

  list(prefix: string): string[] {
    const start = this.#stem + prefix;
    try {
      const names = readdirSync(this.#folder).filter(
        (name) => name.startsWith(start) && name.endsWith(ENDING),
      );
      return names.sort().map((name) => name.slice(this.#stem.length, -ENDING.length));
    } catch (error) {
      throw fileError(this.#folder, error);
    }
  }

  open(name: string): ByteSource | null {
    const path = this.#path(name);
    try {
      const file = openSync(path, 'r');
      this.#used.add(path);
      return { name: path, size: fstatSync(file).size, read: (at, into) => readFully(path, file, at, into) };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw fileError(path, error);
    }
  }

  create(name: string): NewFile {
    const path = this.#path(name);
    const temporary = temporaryBeside(path);
    const tried = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw fileError(path, error);
      }
    };
    const file = tried(() => openSync(temporary, 'wx', PRIVATE));
    return {
      write: (bytes) => tried(() => writeFully(file, bytes, null)),
      writeAt: (position, bytes) => tried(() => writeFully(file, bytes, position)),
      keep: () =>
        tried(() => {
          fsyncSync(file);
          closeSync(file);
          renameSync(temporary, path);
          this.#made.add(path);
        }),
      discard: () => {
        rmSync(temporary, { force: true });
        closeQuietly(file);
      },
    };
  }

  /** Removes the files that were opened. */
  removeUsed(): void {
    for (const path of this.#used) rmSync(path, { force: true });
  }

  /** Removes the files that were created. */
  removeMade(): void {
    for (const path of this.#made) rmSync(path, { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, `${this.#stem}${name}${ENDING}`);
  }
}

function writeFully(file: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    done += writeSync(file, bytes, done, bytes.length - done, at);
  }
}

function readFully(path: string, file: number, position: number, into: Uint8Array): void {
  try {
    for (let done = 0; done < into.length; ) {
      const read = readSync(file, into, done, into.length - done, position + done);
      if (read === 0) throw shrunk(path);
      done += read;
    }
  } catch (error) {
    throw fileError(path, error);
  }
}

function shrunk(path: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${path}: the token file was truncated while it was read. Run the command again.`,
  );
}

/** Closes a file that may be closed already. */
function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // Already closed.
  }
}
