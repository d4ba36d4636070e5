import { statSync } from 'node:fs';
import { isStandardInput } from '../../files/standard-input.ts';
import { byteSize, duration, percent } from '../../terminal/format.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { say } from '../../terminal/streams.ts';

const LINES_MS = 10_000;
const STATUS_MS = 200;

/**
 * Says how far texts are counted and how long it takes: on a terminal in one line that is written over, otherwise on standard
 * error in a line every ten seconds.
 */
export class CountingProgress {
  readonly #where: string;
  readonly #quiet: boolean;
  readonly #status: StatusLine | null;
  readonly #total: number | null;
  readonly #begin: number = performance.now();
  #last: number = this.#begin;
  #read = 0;

  /** @param where the command */
  constructor(where: string, paths: readonly string[], { json, quiet }: { json: boolean; quiet: boolean }) {
    const status = new StatusLine();
    this.#where = where;
    this.#quiet = quiet;
    this.#status = status.live && !json ? status : null;
    this.#total = totalBytes(paths);
  }

  /** More bytes of the files have been read. */
  readonly bytes = (bytes: number): void => {
    this.#read += bytes;
    this.#show(() => this.#counting());
  };

  /** A share of the merges is made. */
  readonly merges = (share: number): void => {
    this.#show(() => `learning the merges, ${percent(share)}`);
  };

  end(): void {
    this.#status?.clear();
  }

  #counting(): string {
    const seconds = (performance.now() - this.#begin) / 1000;
    const speed = this.#read / seconds;
    const now = `counting, ${byteSize(this.#read)}`;
    const rate = `${byteSize(speed)} a second`;
    if (this.#total === null) return `${now}, ${rate}`;
    const left = Math.max(0, this.#total - this.#read) / speed;
    return `${now} of ${byteSize(this.#total)}, ${rate}, ${duration(left)} left`;
  }

  #show(text: () => string): void {
    const now = performance.now();
    if (this.#quiet || now - this.#last < (this.#status ? STATUS_MS : LINES_MS)) return;
    this.#last = now;
    if (this.#status) this.#status.show(text());
    else say(`${this.#where}: ${text()}`);
  }
}

/** null where a file has no size: standard input, a pipe. */
function totalBytes(paths: readonly string[]): number | null {
  const sizes = paths.map((path) => {
    const stats = isStandardInput(path) ? undefined : statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : null;
  });
  return sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
}
