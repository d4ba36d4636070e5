import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { fileError } from '../../formats/file-error.ts';

/**
 * A text file beside the work, whole after each line: a line that can't be written is left out, and what was written of it
 * is cut off. The first such error is passed to `onTrouble`; nothing is thrown after the file is open.
 */
export class LineFile {
  readonly path: string;
  readonly #onTrouble: (error: unknown) => void;
  readonly #file: number;
  /** Where the next line begins; null in a device or a pipe, which has no positions. */
  #end: number | null;
  #troubled = false;
  #broken = false;

  /**
   * Keeps the first `kept` bytes of the file and appends after them. Throws UnrolledError.
   * @param kept 0 starts a new file
   */
  constructor(path: string, kept: number, onTrouble: (error: unknown) => void) {
    this.path = path;
    this.#onTrouble = onTrouble;
    try {
      this.#file = openSync(path, kept === 0 ? 'w' : 'r+');
      this.#end = fstatSync(this.#file).isFile() ? kept : null;
      if (kept > 0) ftruncateSync(this.#file, kept);
    } catch (error) {
      throw fileError(path, error);
    }
  }

  write(line: string): void {
    if (this.#broken) return;
    const bytes = Buffer.from(`${line}\n`);
    let done = 0;
    try {
      while (done < bytes.length) {
        const at = this.#end === null ? null : this.#end + done;
        done += writeSync(this.#file, bytes, done, bytes.length - done, at);
      }
      if (this.#end !== null) this.#end += bytes.length;
    } catch (error) {
      this.#tell(error);
      if (done > 0) this.#cut();
    }
  }

  close(): void {
    try {
      closeSync(this.#file);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Where half a line stays, nothing may come after it. */
  #cut(): void {
    try {
      if (this.#end === null) this.#broken = true;
      else ftruncateSync(this.#file, this.#end);
    } catch {
      this.#broken = true;
    }
  }

  #tell(error: unknown): void {
    if (!this.#troubled) this.#onTrouble(fileError(this.path, error));
    this.#troubled = true;
  }
}
