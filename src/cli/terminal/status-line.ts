import { host } from './host.ts';
import { print } from './streams.ts';
import { clip } from './width.ts';

const CLEAR = '\r\x1b[K';

/** A status line at the bottom of a terminal, overwritten by each update. Prints nothing if the output is not a terminal. */
export class StatusLine {
  readonly live: boolean;
  #shown = false;

  constructor() {
    this.live = host().stdout.isTTY === true && host().env.TERM !== 'dumb';
  }

  show(text: string): void {
    if (!this.live) return;
    void print(CLEAR + clip(text, (host().stdout.columns || 80) - 1));
    this.#shown = true;
  }

  /** Clears the line, so that other text can be printed. */
  clear(): void {
    if (this.#shown) void print(CLEAR);
    this.#shown = false;
  }
}

/** ████░░░░ */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
