import { statSync } from 'node:fs';
import type { OnProgress } from '../../data/token-progress.ts';
import type { Trial } from '../../training/adaptation/fit-adaptation.ts';
import { byteSize, duration, percent } from '../terminal/format.ts';
import { WorkStatus } from '../terminal/work-status.ts';

/** The minimum size of a file to report, in bytes. */
const LARGE = 2 ** 26;

/** Shows the progress of reading and encoding a long text. */
export class ReadingProgress {
  readonly #status: WorkStatus;
  /** Start time of the current task. */
  #began: number | null = null;
  #total: number | null = null;

  /** @param where the command */
  constructor(where: string, options: { json?: boolean; quiet?: boolean } = {}) {
    this.#status = new WorkStatus(where, options);
  }

  /** Sets the size of the text to count and encode, in bytes, to show the speed and the remaining time. Default: not shown. */
  total(bytes: number): void {
    this.#total = bytes;
  }

  /** Returns a function that receives the bytes read of these files; their progress is shown if they are large. */
  watch(paths: readonly string[]): (bytes: number) => void {
    const total = paths.reduce((sum, path) => sum + sizeOf(path), 0);
    let read = 0;
    return (bytes) => {
      read += bytes;
      if (total >= LARGE) this.#tell('reading the text', Math.min(0.99, read / total), total);
      if (total >= LARGE && read >= total) this.#end();
    };
  }

  /** Reports that a file is about to be read. */
  file(name: string, bytes: number): void {
    if (bytes >= LARGE) this.#status.show(`reading ${name}, ${byteSize(bytes)}`);
  }

  /** Receives the fraction of a text that has been counted or encoded, from 0 to 1. */
  readonly share: OnProgress = (share, work) => {
    if (share === 1) this.#end();
    else this.#tell(`${work} the tokens`, share, this.#total);
  };

  /** Receives the settings tried by `--fit`. */
  readonly trial = ({ way, values, loss }: Trial): void => {
    if (!this.#status.isDue()) return;
    const settings = Object.entries(values).map(([name, value]) => `${name} ${value}`);
    this.#status.show(`fitting ${way}: ${settings.join(', ')}: ${loss.toFixed(4)} nats`);
  };

  /** @param total in bytes; null to show neither speed nor remaining time */
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
