import type { LeftOut, Mapping } from '../../importer.ts';
import type { FloatArray } from '../../network/float-array.ts';

/** The arrays of a file, and what has become of each: a weight, left out, or nothing yet. */
export class TakenArrays {
  /** The file's name, for messages. */
  readonly where: string;
  readonly mapped: Mapping[] = [];
  readonly leftOut: LeftOut[];
  readonly #arrays: ReadonlyMap<string, FloatArray>;
  readonly #open: Map<string, FloatArray>;

  constructor(where: string, arrays: ReadonlyMap<string, FloatArray>, leftOut: readonly LeftOut[]) {
    this.where = where;
    this.leftOut = [...leftOut];
    this.#arrays = arrays;
    this.#open = new Map(arrays);
  }

  /** The arrays that nothing has become of yet, in the order of the file. */
  get open(): ReadonlyMap<string, FloatArray> {
    return this.#open;
  }

  /** An array by its name, taken or not. */
  get(name: string): FloatArray | undefined {
    return this.#arrays.get(name);
  }

  /** An array that becomes weights of the model, by their names. */
  take(name: string, ...to: readonly string[]): FloatArray {
    const array = this.#arrays.get(name)!;
    this.mapped.push({ from: name, shape: array.shape, to });
    this.#open.delete(name);
    return array;
  }

  /** Leaves an array out, with the reason. */
  leave(name: string, reason: string): void {
    this.leftOut.push({ name, reason });
    this.#open.delete(name);
  }
}
