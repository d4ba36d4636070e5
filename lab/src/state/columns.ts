import { type Signal, signal } from '@preact/signals';
import type { ColumnWindow } from '../engine/reading/calls.ts';
import { engine } from './engine.ts';

/** Steps of one window. */
export const WINDOW = 64;
/** The most windows that the page holds. */
const MOST_WINDOWS = 24;

/** A step of a window that is there. */
export interface Column {
  readonly window: ColumnWindow;
  /** The row of the step in the window. */
  readonly row: number;
}

/** Counts the windows that have come: what is drawn depends on it. */
export const arrived: Signal<number> = signal(0);

/** The windows of one reading, as far as they were asked for; those used last are held. */
export class Columns {
  readonly #reading: number;
  readonly #last: number;
  readonly #gates: boolean;
  /** By index, the one used last at the end; null while it is computed. */
  readonly #windows: Map<number, ColumnWindow | null> = new Map();
  readonly #largest: WeakMap<ColumnWindow, number> = new WeakMap();
  readonly #aborts: Map<number, AbortController> = new Map();

  /** @param last the last step of the text */
  constructor(reading: number, last: number, gates: boolean) {
    this.#reading = reading;
    this.#last = last;
    this.#gates = gates;
  }

  /** A step, if it is there; else its window is asked for. */
  at(step: number): Column | null {
    const index = Math.floor((step + 1) / WINDOW);
    const window = this.#windows.get(index);
    if (window === undefined) void this.#load(index);
    else this.#touch(index, window);
    const row = step - (window?.start ?? 0);
    return window && row < window.T ? { window, row } : null;
  }

  /** The largest |h| of each window that is there. */
  *largest(): Generator<number> {
    for (const window of this.#windows.values()) if (window) yield this.#largest.get(window) ?? 0;
  }

  /** Asks for the windows of some steps of the text, and stops the work on windows that lie far from them. */
  want(first: number, last: number): void {
    const [low, high] = [first, Math.min(last, this.#last)].map((step) =>
      Math.max(0, Math.floor((step + 1) / WINDOW)),
    );
    for (const [index, abort] of this.#aborts) {
      if (index < low - 1 || index > high + 1) abort.abort();
    }
    for (let index = low; index <= high; index++) {
      if (!this.#windows.has(index)) void this.#load(index);
    }
  }

  async #load(index: number): Promise<void> {
    this.#touch(index, null);
    const abort = new AbortController();
    this.#aborts.set(index, abort);
    const start = index * WINDOW - 1;
    const range = { reading: this.#reading, start, end: start + WINDOW, gates: this.#gates };
    try {
      const window = await engine.callUntil(abort.signal, 'columns', range);
      this.#largest.set(window, largestOf(window));
      this.#touch(index, window);
      arrived.value++;
    } catch {
      // What was stopped is asked for again when it is needed; a reading that failed is about to be replaced.
      if (abort.signal.aborted) this.#windows.delete(index);
    } finally {
      this.#aborts.delete(index);
    }
  }

  #touch(index: number, window: ColumnWindow | null): void {
    this.#windows.delete(index);
    this.#windows.set(index, window);
    if (this.#windows.size <= MOST_WINDOWS) return;
    const oldest = [...this.#windows].find(([, one]) => one !== null);
    if (oldest) this.#windows.delete(oldest[0]);
  }
}

function largestOf({ layers }: ColumnWindow): number {
  let found = 0;
  for (const { h } of layers) for (const value of h) found = Math.max(found, Math.abs(value));
  return found;
}
