import type { CompactLine } from 'unrolled';
import type { Broadcast } from '../calls.ts';
import { YieldTimer } from '../yield-timer.ts';

/** The least time between two messages about the progress, in milliseconds. */
const INTERVAL = 100;

/** How much of a text is scored. */
export class Progress {
  read = 0;
  readonly #length: number;
  readonly #tell: (message: Broadcast) => void;
  readonly #timer: YieldTimer = new YieldTimer();
  #told = 0;

  /** @param length of the text, in UTF-16 units */
  constructor(length: number, tell: (message: Broadcast) => void) {
    this.#length = length;
    this.#tell = tell;
  }

  /** Counts a line, and lets other calls in. Throws the signal's reason. */
  async add({ text }: CompactLine, signal: AbortSignal): Promise<void> {
    this.read = Math.min(this.#length, this.read + text.length + 1);
    await this.#timer.yieldIfDue(signal);
    const now = performance.now();
    if (now - this.#told < INTERVAL) return;
    this.#told = now;
    this.#tell({ kind: 'progress', work: 'scoring', share: this.read / this.#length });
  }
}
