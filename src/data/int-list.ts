/** A growable list of 32-bit integers, four bytes each. */
export class IntList {
  #values = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** A copy of exactly `length` numbers. */
  toArray(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}
