/** The height of a chunk before any was measured, in pixels. */
const EXPECTED = 200;

/** The heights of the chunks of a long text, measured or expected, by which only those in view are drawn. */
export class ChunkHeights {
  readonly #chunks: number;
  readonly #measured: Map<number, number> = new Map();
  /** The height of the first full chunk that was measured: that of those that were not in view yet. */
  #typical: number | null = null;

  constructor(chunks: number) {
    this.#chunks = chunks;
  }

  /** Keeps what was measured, in pixels. */
  measure(chunk: number, height: number): void {
    this.#measured.set(chunk, height);
    if (chunk < this.#chunks - 1) this.#typical ??= height;
  }

  /** The top of a chunk; the whole height for the number of chunks. */
  topOf(chunk: number): number {
    let top = 0;
    for (let i = 0; i < chunk; i++) top += this.#heightOf(i);
    return top;
  }

  /** The chunks `first` to `end` − 1 that lie between two heights. At least one. */
  between(top: number, bottom: number): { readonly first: number; readonly end: number } {
    let [first, at] = [0, 0];
    for (; first < this.#chunks - 1 && at + this.#heightOf(first) <= top; first++)
      at += this.#heightOf(first);
    let end = first;
    for (; end < this.#chunks && (at < bottom || end === first); end++) at += this.#heightOf(end);
    return { first, end };
  }

  #heightOf(chunk: number): number {
    return this.#measured.get(chunk) ?? this.#typical ?? EXPECTED;
  }
}
