import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { errorCode, fileError } from '../../formats/file-error.ts';
import { pause } from './standard-input.ts';

/** Non-blocking: a pipe without a reader, or with a stalled one, must not block the program, which could not handle signals then. */
const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK = 0 } = constants;
const NEW = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK;

/** How long to wait for a stalled reader, once, in milliseconds. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 10;

/**
 * A log file of whole lines. A line that can't be written is left out, and a partly written one is truncated. The first such
 * error is passed to `onTrouble`. Once the file is open, no method throws.
 */
export class LineFile {
  readonly path: string;
  readonly #onTrouble: (error: unknown) => void;
  readonly #file: number;
  /** The file offset of the next line; null for a device or a pipe. */
  #end: number | null;
  #troubled = false;
  #broken = false;

  /**
   * Keeps the first `kept` bytes of the file and appends to them. Throws UnrolledError.
   * @param kept 0 starts a new file
   */
  constructor(path: string, kept: number, onTrouble: (error: unknown) => void) {
    this.path = path;
    this.#onTrouble = onTrouble;
    try {
      this.#file = openSync(path, kept === 0 ? NEW : 'r+');
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
        done += this.#writePart(bytes.subarray(done), at);
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

  #writePart(bytes: Uint8Array, at: number | null): number {
    const end = performance.now() + (this.#troubled ? 0 : PATIENCE_MS);
    for (;;) {
      try {
        return writeSync(this.#file, bytes, 0, bytes.length, at);
      } catch (error) {
        if (errorCode(error) !== 'EAGAIN' || performance.now() >= end) throw error;
        pause(PAUSE_MS);
      }
    }
  }

  /** Truncates a partial line. If that fails, no more lines are written. */
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
