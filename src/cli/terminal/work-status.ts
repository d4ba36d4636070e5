import { StatusLine } from './status-line.ts';
import { say } from './streams.ts';

const LINES_MS = 10_000;
const STATUS_MS = 200;

/**
 * Says how far a work has come: on a terminal in one line that is written over, otherwise on standard error in a line every ten
 * seconds.
 */
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

  /** Whether it is time for the next line; the time to the one after it begins then. */
  isDue(): boolean {
    const now = performance.now();
    if (now - this.#last < (this.#status ? STATUS_MS : LINES_MS)) return false;
    this.#last = now;
    return true;
  }

  show(text: string): void {
    if (this.#quiet) return;
    if (this.#status) this.#status.show(text);
    else say(`${this.#where}: ${text}`);
  }

  /** Makes room for lasting text. */
  clear(): void {
    this.#status?.clear();
  }
}
