/** A list of 32-bit integers that grows: four bytes a number, whatever the length. */
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

  /** A copy without the spare room. */
  toArray(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}
