import { damaged } from '../../../formats/damaged.ts';

/** Limits the numbers that the nodes of a graph make from constants, so that a small file can't fill the memory. */
export class Budget {
  readonly #where: string;
  readonly #limit: number;
  #spent = 0;

  /** @param bytes the size of the model with its external data */
  constructor(where: string, bytes: number) {
    this.#where = where;
    // Weights pass a few nodes at most; each copy has about as many numbers as the file has groups of four bytes.
    this.#limit = bytes + 4096;
  }

  /** Throws when nodes make too many numbers. */
  spend(numbers: number): void {
    this.#spent += numbers;
    if (this.#spent <= this.#limit) return;
    throw damaged(
      this.#where,
      `its nodes make more than ${this.#limit} numbers of constants`,
      'the weights of a network need fewer',
    );
  }
}
