import { StatusLine } from './status-line.ts';
import { printNotice } from './streams.ts';

const LINES_MS = 10_000;
const STATUS_MS = 200;

/** Shows progress: on a terminal in a status line, otherwise as a line on standard error every ten seconds. */
export class WorkStatus {
  readonly #where: string;
  readonly #quiet: boolean;
  readonly #status: StatusLine | null;
  #last: number = performance.now();

  /** @param where the command */
  constructor(where: string, { json = false, quiet = false }: { json?: boolean; quiet?: boolean }) {
    const status = new StatusLine();
    this.#where = where;
    this.#quiet = quiet;
    this.#status = status.live && !json ? status : null;
  }

  /** Whether the next line is due. If so, the interval to the one after it starts. */
  isDue(): boolean {
    const now = performance.now();
    if (now - this.#last < (this.#status ? STATUS_MS : LINES_MS)) return false;
    this.#last = now;
    return true;
  }

  show(text: string): void {
    if (this.#quiet) return;
    if (this.#status) this.#status.show(text);
    else printNotice(`${this.#where}: ${text}`);
  }

  /** Clears the line, so that other text can be printed. */
  clear(): void {
    this.#status?.clear();
  }
}
