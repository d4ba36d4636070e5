import type { Backend } from '../../backends/backend.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Workspace } from '../../tensor/workspace.ts';
import type { RecurrentConfig } from '../config.ts';
import { layersOf, type StatePart, statePartsOf } from './state-values.ts';

/** The initial number of rows. */
const FIRST_ROWS = 4;

/**
 * The states of all streams of one model, in the backend's memory: one table for each part of a state; a stream has the same
 * row in all tables. Released rows are reused. The tables grow by half.
 *
 * Memory per row: the numbers of one stream's state.
 */
export class StatePool {
  readonly backend: Backend;
  readonly config: RecurrentConfig;
  readonly parts: readonly StatePart[];
  /** The indices in `parts` of each layer's h and c. */
  readonly partsOfLayer: readonly { readonly h: number; readonly c?: number }[];
  /** The names of the workspace tensors, one per part. */
  readonly #names: readonly string[];
  readonly #space: Workspace;
  /** (rows, H), one per part. */
  readonly #tables: Tensor[] = [];
  #rows = 0;
  #written: { readonly rows: Int32Array; readonly ids: Tensor } | null = null;
  readonly #free: number[] = [];

  constructor(backend: Backend, config: RecurrentConfig) {
    this.backend = backend;
    this.config = config;
    this.parts = statePartsOf(config);
    this.partsOfLayer = layersOf(
      this.parts,
      this.parts.map((_, p) => p),
    );
    this.#names = this.parts.map((_, p) => `part${p}`);
    this.#space = new Workspace(backend.arena);
  }

  /** Allocates rows for N streams, uninitialised. The array is immutable. */
  take(N: number): Int32Array {
    if (this.#free.length < N) this.#grow(this.#rows + N - this.#free.length);
    return Int32Array.from({ length: N }, () => this.#free.pop() as number);
  }

  /** Releases rows. */
  free(rows: Int32Array): void {
    for (const row of rows) this.#free.push(row);
  }

  /** Copies the states of some rows, (N, H) per part; valid until the next `gather`. */
  gather(rows: Int32Array): readonly Tensor[] {
    const ids = this.#ids(rows);
    return this.parts.map(({ width }, p) => {
      const out = this.#space.tensor(this.#names[p], [rows.length, width]);
      this.backend.gatherRows(out, this.#tables[p], ids);
      return out;
    });
  }

  /** Copies states, (N, H) per part, into some rows. */
  scatter(rows: Int32Array, states: readonly Tensor[]): void {
    const ids = this.#ids(rows);
    this.#tables.forEach((table, p) => this.backend.scatterRows(table, ids, states[p]));
  }

  /** Sets the states of some rows to 0. */
  zero(rows: Int32Array): void {
    const ids = this.#ids(rows);
    for (const table of this.#tables) this.backend.zeroRows(table, ids);
  }

  /** Writes numbers, N·H per part, into some rows. */
  write(rows: Int32Array, numbers: readonly ArrayLike<number>[]): void {
    const states = this.parts.map(({ width }, p) => this.#space.tensor(this.#names[p], [rows.length, width]));
    states.forEach((state, p) => this.backend.write(state, numbers[p]));
    this.scatter(rows, states);
  }

  /** Writes row indices into the backend's memory, unless the last call wrote the same. */
  #ids(rows: Int32Array): Tensor {
    if (this.#written?.rows === rows) return this.#written.ids;
    this.#written = null;
    const ids = this.#space.tensor('rows', [rows.length], 'int32');
    this.backend.write(ids, rows);
    this.#written = { rows, ids };
    return ids;
  }

  #grow(needed: number): void {
    const { arena } = this.backend;
    const rows = Math.max(FIRST_ROWS, needed, Math.ceil(1.5 * this.#rows));
    for (const [p, { width }] of this.parts.entries()) {
      const [table, before] = [arena.tensor([rows, width]), this.#tables[p]];
      // Stored at once, because the next allocation may fail.
      this.#tables[p] = table;
      if (!before) continue;
      const old = [this.#rows, width];
      this.backend.copy(table.part(old), before.part(old));
      arena.release(before);
    }
    for (let row = rows - 1; row >= this.#rows; row--) this.#free.push(row);
    this.#rows = rows;
  }
}
