import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { fileError } from '../../formats/file-error.ts';

/** A text file that is whole after each line. When a line can't be written, the file ends before it. */
export class LineFile {
  readonly path: string;
  readonly #file: number;
  #broken = false;

  /**
   * Keeps the first `kept` bytes of the file and appends after them. Throws UnrolledError.
   * @param kept Default 0: starts a new file
   */
  constructor(path: string, kept: number = 0) {
    this.path = path;
    this.#file = this.#guard(() => openSync(path, kept === 0 ? 'w' : 'a'));
    if (kept > 0) this.#guard(() => ftruncateSync(this.#file, kept));
  }

  /** Throws UnrolledError, for example when the disk is full. */
  write(line: string): void {
    if (this.#broken) return;
    const bytes = Buffer.from(`${line}\n`);
    this.#guard(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    });
  }

  close(): void {
    this.#guard(() => closeSync(this.#file));
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.#broken = true;
      throw fileError(this.path, error);
    }
  }
}
