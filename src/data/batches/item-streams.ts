/** Where each item of a corpus begins: the index of the end token before it, (items). */
export function itemStarts({ ids, items }: { readonly ids: Int32Array; readonly items: number }): Int32Array {
  const starts = new Int32Array(items);
  const end = ids[0];
  let found = 0;
  for (let i = 0; i < ids.length - 1; i++) if (ids[i] === end) starts[found++] = i;
  return starts;
}

/** What a block is filled with: (T, N), time-major. */
export interface Block {
  readonly xs: Int32Array;
  readonly ts: Int32Array;
  readonly resets: Int32Array;
  readonly N: number;
  readonly T: number;
}

export function emptyBlock(N: number, T: number): Block {
  const row = () => new Int32Array(T * N);
  return { xs: row(), ts: row(), resets: row(), N, T };
}

/** A stream that has no further item stands here. */
export const EXHAUSTED = -1;

/**
 * N streams, each of which reads an item to its end and then takes the next. A stream's place is the index of its next input
 * among the ids; that of a new item is the end token before it.
 */
export class ItemStreams {
  readonly #ids: Int32Array;
  readonly #end: number;
  readonly #next: () => number;
  /** (N) */
  readonly places: Int32Array;

  /** @param next the place where the next item begins, or `EXHAUSTED` */
  constructor(ids: Int32Array, N: number, next: () => number) {
    this.#ids = ids;
    this.#end = ids[0];
    this.#next = next;
    this.places = new Int32Array(N);
  }

  /** Gives each stream its first item. */
  begin(): void {
    for (let n = 0; n < this.places.length; n++) this.places[n] = this.#next();
  }

  /**
   * Fills a block and advances by its T steps. Where no item is left, x is the end token and there is no target.
   * @param at receives the place of each x. Default: none
   */
  fill({ xs, ts, resets, N, T }: Block, at?: Int32Array): void {
    const [ids, end, places] = [this.#ids, this.#end, this.places];
    for (let t = 0; t < T; t++) {
      for (let n = 0; n < N; n++) {
        const [i, place] = [t * N + n, places[n]];
        if (at) at[i] = place;
        xs[i] = place === EXHAUSTED ? end : ids[place];
        ts[i] = place === EXHAUSTED ? -1 : ids[place + 1];
        resets[i] = xs[i] === end ? 1 : 0;
        if (place !== EXHAUSTED) places[n] = ts[i] === end ? this.#next() : place + 1;
      }
    }
  }
}
