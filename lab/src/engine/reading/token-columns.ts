import type { EncodedToken } from 'unrolled';

/** The tokens of a text, column by column. */
export interface TokenColumns {
  /** (n) The ids of the tokens. */
  readonly ids: Int32Array;
  /** (n) Start and end of the characters of each token in the text, in UTF-16 units. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** (n) 0 for a token that is not in the vocabulary. */
  readonly known: Uint8Array;
}

/** The tokens of a text while they are collected. */
export class TokenCollector {
  readonly #ids: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #known: number[] = [];

  get length(): number {
    return this.#ids.length;
  }

  add(id: number, start: number, end: number, known: boolean): void {
    this.#ids.push(id);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#known.push(Number(known));
  }

  /** Adds the tokens of a part of the text that begins at `offset`. */
  addAll(tokens: readonly EncodedToken[], offset: number): void {
    for (const { id, start, end, known } of tokens) this.add(id, offset + start, offset + end, known);
  }

  /** The first `n` of them. */
  first(n: number = this.length): TokenColumns {
    return {
      ids: Int32Array.from(this.#ids.slice(0, n)),
      starts: Int32Array.from(this.#starts.slice(0, n)),
      ends: Int32Array.from(this.#ends.slice(0, n)),
      known: Uint8Array.from(this.#known.slice(0, n)),
    };
  }
}
