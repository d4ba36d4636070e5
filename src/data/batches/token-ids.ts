/** The ids of a text, in memory or in a file. */
export interface TokenIds {
  /** Number of ids. */
  readonly length: number;
  /** Fills `into` with the ids from `start`; the range must be within the text. */
  read(start: number, into: Int32Array): void;
  /** The same ids for one sequential reader, buffered `window` ids at a time. Present if reads are expensive. */
  readAhead?(window: number): TokenIds;
}

/** Wraps ids in memory as `TokenIds`. */
export function inMemory(ids: Int32Array): TokenIds {
  return {
    length: ids.length,
    read: (start, into) => {
      for (let i = 0; i < into.length; i++) into[i] = ids[start + i];
    },
  };
}

/** Number of ids per read when iterating over a whole text. */
const WINDOW = 2 ** 16;

/**
 * The ids of a text from `start` to before `end`, in windows that share one array.
 * @param end Default: the length of the text
 */
export function* windowsOf(
  tokens: TokenIds,
  start: number = 0,
  end: number = tokens.length,
): Generator<Int32Array, void> {
  const window = new Int32Array(Math.min(WINDOW, Math.max(0, end - start)));
  for (let at = start; at < end; at += window.length) {
    const ids = window.subarray(0, Math.min(window.length, end - at));
    tokens.read(at, ids);
    yield ids;
  }
}

/** Ids for sequential reading, buffered a window at a time. */
export class ReadAhead implements TokenIds {
  readonly length: number;
  readonly #ids: TokenIds;
  readonly #window: Int32Array;
  #start = 0;
  #filled = 0;

  /** @param window number of ids to buffer */
  constructor(ids: TokenIds, window: number) {
    this.length = ids.length;
    this.#ids = ids;
    this.#window = new Int32Array(window);
  }

  read(start: number, into: Int32Array): void {
    if (into.length > this.#window.length) {
      this.#ids.read(start, into);
      return;
    }
    if (start < this.#start || start + into.length > this.#start + this.#filled) this.#fill(start);
    const at = start - this.#start;
    into.set(this.#window.subarray(at, at + into.length));
  }

  #fill(start: number): void {
    this.#filled = 0; // if the read fails, the buffer is invalid
    const filled = Math.min(this.#window.length, this.length - start);
    this.#ids.read(start, this.#window.subarray(0, filled));
    [this.#start, this.#filled] = [start, filled];
  }
}
