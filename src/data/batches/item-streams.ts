/** The start of each item of a corpus: the index of the end token before it, (items). */
export function itemStarts({ ids, items }: { readonly ids: Int32Array; readonly items: number }): Int32Array {
  const starts = new Int32Array(items);
  const end = ids[0];
  let found = 0;
  for (let i = 0; i < ids.length - 1; i++) if (ids[i] === end) starts[found++] = i;
  return starts;
}

/** The arrays of a block: (T, N), time-major. */
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

/** The position of a stream without further items. */
export const EXHAUSTED = -1;

/**
 * N streams, each of which reads an item to its end and then takes the next one. The position of a stream is the index of its
 * next input; a new item starts at the end token before it.
 */
export class ItemStreams {
  readonly #ids: Int32Array;
  readonly #end: number;
  readonly #next: () => number;
  /** (N) */
  readonly places: Int32Array;

  /** @param next returns the start of the next item, or `EXHAUSTED` */
  constructor(ids: Int32Array, N: number, next: () => number) {
    this.#ids = ids;
    this.#end = ids[0];
    this.#next = next;
    this.places = new Int32Array(N);
  }

  /** Assigns each stream its first item. */
  begin(): void {
    for (let n = 0; n < this.places.length; n++) this.places[n] = this.#next();
  }

  /**
   * Fills a block and advances by its T steps. An exhausted stream has the end token as input and padding as target.
   * @param at receives the index of each input, (T, N)
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
