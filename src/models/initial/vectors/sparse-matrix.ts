import { addRow } from './small-matrices.ts';

/** A sparse matrix (rows, columns), of which each row lists the columns and values of its positive entries. */
export class SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** (rows + 1) Where each row starts in `ids` and `values`. */
  readonly #starts: Int32Array;
  readonly #ids: Int32Array;
  readonly #values: Float64Array;

  /**
   * @param most the maximum number of positive entries
   * @param entryOf an entry; those that are not positive are left out
   */
  constructor(
    [rows, columns]: readonly [number, number],
    most: number,
    entryOf: (row: number, column: number) => number,
  ) {
    this.rows = rows;
    this.columns = columns;
    this.#starts = new Int32Array(rows + 1);
    this.#ids = new Int32Array(most);
    this.#values = new Float64Array(most);
    let size = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = entryOf(row, column);
        if (!(value > 0)) continue;
        this.#ids[size] = column;
        this.#values[size++] = value;
      }
      this.#starts[row + 1] = size;
    }
  }

  /** x (columns, k) → the product (rows, k). */
  times(x: Float64Array, k: number): Float64Array {
    const out = new Float64Array(this.rows * k);
    for (let row = 0; row < this.rows; row++) {
      const sum = out.subarray(row * k, (row + 1) * k);
      for (let i = this.#starts[row]; i < this.#starts[row + 1]; i++) {
        addRow(sum, 0, this.#values[i], x, this.#ids[i], k);
      }
    }
    return out;
  }

  /** x (rows, k) → the product of the transpose (columns, k). */
  transposedTimes(x: Float64Array, k: number): Float64Array {
    const out = new Float64Array(this.columns * k);
    for (let row = 0; row < this.rows; row++) {
      for (let i = this.#starts[row]; i < this.#starts[row + 1]; i++) {
        addRow(out, this.#ids[i], this.#values[i], x, row, k);
      }
    }
    return out;
  }
}
