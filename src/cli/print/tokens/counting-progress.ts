import { statSync } from 'node:fs';
import { isStandardInput } from '../../files/standard-input.ts';
import { byteSize, duration, percent } from '../../terminal/format.ts';
import { WorkStatus } from '../../terminal/work-status.ts';

/** Shows the progress of counting words and learning merges. */
export class CountingProgress {
  readonly #status: WorkStatus;
  readonly #total: number | null;
  readonly #begin: number = performance.now();
  #read = 0;

  /** @param where the command */
  constructor(where: string, paths: readonly string[], options: { json: boolean; quiet: boolean }) {
    this.#status = new WorkStatus(where, options);
    this.#total = totalBytes(paths);
  }

  /** Reports that more bytes of the files have been read. */
  readonly bytes = (bytes: number): void => {
    this.#read += bytes;
    if (this.#status.isDue()) this.#status.show(this.#counting());
  };

  /** Reports the fraction of merges that are learnt. */
  readonly merges = (share: number): void => {
    if (this.#status.isDue()) this.#status.show(`learning the merges, ${percent(share)}`);
  };

  end(): void {
    this.#status.clear();
  }

  #counting(): string {
    const seconds = (performance.now() - this.#begin) / 1000;
    const speed = this.#read / seconds;
    const now = `counting words, ${byteSize(this.#read)}`;
    const rate = `${byteSize(speed)}/s`;
    if (this.#total === null) return `${now}, ${rate}`;
    const left = Math.max(0, this.#total - this.#read) / speed;
    return `${now} of ${byteSize(this.#total)}, ${rate}, ${duration(left)} left`;
  }
}

/** The total size in bytes; null if a file has no known size, such as a pipe. */
function totalBytes(paths: readonly string[]): number | null {
  const sizes = paths.map((path) => {
    const stats = isStandardInput(path) ? undefined : statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : null;
  });
  return sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
}
