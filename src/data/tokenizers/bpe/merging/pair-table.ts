/** Assigns indices from 0 to pairs of ids, in order of arrival: a hash table with open addressing. */
export class PairTable {
  /** The ids of the pairs, two per pair. */
  #pairs = new Int32Array(512);
  /** A pair's index plus one; 0 is free. At most half of the slots are used. */
  #slots = new Int32Array(512);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  left(index: number): number {
    return this.#pairs[2 * index];
  }

  right(index: number): number {
    return this.#pairs[2 * index + 1];
  }

  /** The index of a pair; −1 if it has none. */
  indexOf(left: number, right: number): number {
    return this.#slots[this.#slotOf(left, right)] - 1;
  }

  /** The index of a pair, which is added if missing. */
  add(left: number, right: number): number {
    let slot = this.#slotOf(left, right);
    if (this.#slots[slot] > 0) return this.#slots[slot] - 1;
    if (2 * this.#size >= this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(left, right);
    }
    this.#pairs[2 * this.#size] = left;
    this.#pairs[2 * this.#size + 1] = right;
    this.#slots[slot] = ++this.#size;
    return this.#size - 1;
  }

  /** The slot of a pair, or the free slot for it. */
  #slotOf(left: number, right: number): number {
    const [pairs, slots, mask] = [this.#pairs, this.#slots, this.#slots.length - 1];
    let hash = Math.imul(Math.imul(left, 0x9e3779b1) ^ right, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot] - 1;
      if (index < 0 || (pairs[2 * index] === left && pairs[2 * index + 1] === right)) return slot;
    }
  }

  #grow(): void {
    const pairs = new Int32Array(2 * this.#pairs.length);
    pairs.set(this.#pairs);
    this.#pairs = pairs;
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let index = 0; index < this.#size; index++) {
      this.#slots[this.#slotOf(this.left(index), this.right(index))] = index + 1;
    }
  }
}
