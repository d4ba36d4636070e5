import { statSync } from 'node:fs';
import type { OnProgress } from '../../data/token-progress.ts';
import { byteSize, duration, percent } from '../terminal/format.ts';
import { WorkStatus } from '../terminal/work-status.ts';

/** A file of this many bytes takes a moment to read. */
const LARGE = 2 ** 26;

/** Says how far a long text is read. */
export class ReadingProgress {
  readonly #status: WorkStatus;
  /** When the present work began. */
  #began: number | null = null;
  #total: number | null = null;

  /** @param where the command */
  constructor(where: string, options: { json?: boolean; quiet?: boolean } = {}) {
    this.#status = new WorkStatus(where, options);
  }

  /** How long the text is that is counted and encoded, in bytes: for its speed and the time that is left. Default: not shown. */
  total(bytes: number): void {
    this.#total = bytes;
  }

  /** Receives how many bytes of files were read, of which the long ones are reported. */
  watch(paths: readonly string[]): (bytes: number) => void {
    const total = paths.reduce((sum, path) => sum + sizeOf(path), 0);
    let read = 0;
    return (bytes) => {
      read += bytes;
      if (total >= LARGE) this.#tell('reading the text', Math.min(0.99, read / total), total);
      if (total >= LARGE && read >= total) this.#end();
    };
  }

  /** A file is about to be read. */
  file(name: string, bytes: number): void {
    if (bytes >= LARGE) this.#status.show(`reading ${name}, ${byteSize(bytes)}`);
  }

  /** How much of a text is counted or encoded, from 0 to 1. */
  readonly share: OnProgress = (share, work) => {
    if (share === 1) this.#end();
    else this.#tell(`${work} the tokens`, share, this.#total);
  };

  /** @param total in bytes; null where speed and time left are not shown */
  #tell(what: string, share: number, total: number | null): void {
    const now = performance.now();
    this.#began ??= now;
    if (!this.#status.isDue()) return;
    const seconds = (now - this.#began) / 1000;
    const pace =
      total === null || seconds === 0 || share === 0
        ? ''
        : `, ${byteSize((share * total) / seconds)}/s, ${duration((seconds * (1 - share)) / share)} left`;
    this.#status.show(`${what}, ${percent(share)}${pace}`);
  }

  #end(): void {
    this.#status.clear();
    this.#began = null;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
