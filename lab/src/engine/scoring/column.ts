type Numbers = Float64Array | Uint32Array | Uint8Array;

/** A list of numbers in a typed array that grows. */
export class Column<T extends Numbers> {
  #numbers: T;
  #length = 0;
  readonly #create: new (
    length: number,
  ) => T;

  constructor(create: new (length: number) => T) {
    this.#create = create;
    this.#numbers = new create(64);
  }

  get length(): number {
    return this.#length;
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const wider = new this.#create(2 * this.#length);
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    this.#numbers[this.#length++] = number;
  }

  at(index: number): number {
    return this.#numbers[index];
  }
}

/** The number of elements of an ascending column that are at most `value`. */
export function countUpTo(column: Column<Numbers>, value: number): number {
  let [low, high] = [0, column.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column.at(middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
