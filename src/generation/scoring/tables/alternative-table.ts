import type { Alternative } from '../target-scorer.ts';

/** Rows per block: growing neither copies rows nor reserves more than one block. */
const ROWS = 64;
/** Marks a missing alternative: a small vocabulary has fewer than requested. */
const NONE = -1;

interface Block {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
}

/** A list of rows in typed arrays. A row has a number, some integers, and a number of alternatives. */
export class AlternativeTable {
  readonly #ints: number;
  readonly #alternatives: number;
  readonly #blocks: Block[] = [];
  #length = 0;

  /** @param ints the number of integers per row @param alternatives the maximum number of alternatives per row */
  constructor(ints: number, alternatives: number) {
    this.#ints = ints;
    this.#alternatives = alternatives;
  }

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  push(number: number, ints: readonly number[], alternatives: readonly Alternative[]): void {
    const at = this.#length++ % ROWS;
    if (at === 0) this.#blocks.push(this.#newBlock());
    const block = this.#blocks[this.#blocks.length - 1];
    let [int, float] = [at * (this.#ints + this.#alternatives), at * (1 + this.#alternatives)];
    for (const one of ints) block.ints[int++] = one;
    block.floats[float++] = number;
    for (const { id, probability } of alternatives) {
      block.ints[int++] = id;
      block.floats[float++] = probability;
    }
  }

  /** The number of a row. */
  number(row: number): number {
    return this.#block(row).floats[(row % ROWS) * (1 + this.#alternatives)];
  }

  /** An integer of a row. */
  int(row: number, index: number): number {
    return this.#block(row).ints[(row % ROWS) * (this.#ints + this.#alternatives) + index];
  }

  /** The alternatives of a row. */
  alternatives(row: number): Alternative[] {
    const { ints, floats } = this.#block(row);
    const int = (row % ROWS) * (this.#ints + this.#alternatives) + this.#ints;
    const float = (row % ROWS) * (1 + this.#alternatives) + 1;
    const found: Alternative[] = [];
    for (let k = 0; k < this.#alternatives && ints[int + k] !== NONE; k++) {
      found.push({ id: ints[int + k], probability: floats[float + k] });
    }
    return found;
  }

  #block(row: number): Block {
    return this.#blocks[Math.floor(row / ROWS)];
  }

  #newBlock(): Block {
    const [ints, floats] = [ROWS * (this.#ints + this.#alternatives), ROWS * (1 + this.#alternatives)];
    return { ints: new Int32Array(ints).fill(NONE), floats: new Float64Array(floats) };
  }
}
