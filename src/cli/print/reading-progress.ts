import type { OnShare } from '../../data/watched-tokens.ts';
import { byteSize, percent } from '../terminal/format.ts';
import { StatusLine } from '../terminal/status-line.ts';
import { say } from '../terminal/streams.ts';

/** A file of this many bytes takes a moment to read. */
const LARGE = 2 ** 26;
const LINES_MS = 10_000;
const STATUS_MS = 200;

/**
 * Says how far a long text is read: on a terminal in one line that is written over, otherwise on standard error in a line
 * every ten seconds.
 */
export class ReadingProgress {
  readonly #where: string;
  readonly #status: StatusLine | null;
  readonly #quiet: boolean;
  #last: number = performance.now();

  /** @param where the command */
  constructor(where: string, { json = false, quiet = false }: { json?: boolean; quiet?: boolean } = {}) {
    const status = new StatusLine();
    this.#where = where;
    this.#quiet = quiet;
    this.#status = status.live && !json ? status : null;
  }

  /** A file is about to be read. */
  file(name: string, bytes: number): void {
    if (bytes >= LARGE) this.#show(`reading ${name}, ${byteSize(bytes)}`);
  }

  /** How much of a text is counted or encoded, from 0 to 1. */
  readonly share: OnShare = (share, work) => {
    const now = performance.now();
    if (share === 1) this.#status?.clear();
    else if (now - this.#last >= (this.#status ? STATUS_MS : LINES_MS)) {
      this.#last = now;
      this.#show(`${work} the tokens, ${percent(share)}`);
    }
  };

  #show(text: string): void {
    if (this.#quiet) return;
    if (this.#status) this.#status.show(text);
    else say(`${this.#where}: ${text}`);
  }
}
