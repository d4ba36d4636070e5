/**
 * Assigns indices from 0 to distinct substrings, in order of arrival. Copies their UTF-16 units, because a substring would keep
 * its whole text in memory.
 */
export class SliceTable {
  #units = new Uint16Array(1024);
  /** The start of each slice in `units`, and the end of the last one. */
  #starts = new Int32Array(257);
  #hashes = new Int32Array(256);
  /** A slice's index plus one; 0 is free. At most half of the slots are used. */
  #slots = new Int32Array(512);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Total length of all slices in UTF-16 units. */
  get length(): number {
    return this.#starts[this.#size];
  }

  /** The index of `text.slice(start, end)`; −1 if it has none. */
  indexOf(text: string, start: number, end: number): number {
    return this.#slots[this.#slotOf(text, start, end, hashOf(text, start, end))] - 1;
  }

  /** The index of `text.slice(start, end)`, which is added if missing. */
  add(text: string, start: number, end: number): number {
    const hash = hashOf(text, start, end);
    let slot = this.#slotOf(text, start, end, hash);
    if (this.#slots[slot] > 0) return this.#slots[slot] - 1;
    if (2 * this.#size >= this.#slots.length) {
      this.#grow();
      slot = this.#slotOf(text, start, end, hash);
    }
    this.#copy(text, start, end);
    this.#hashes[this.#size] = hash;
    this.#slots[slot] = ++this.#size;
    return this.#size - 1;
  }

  /** The slice with this index. */
  sliceAt(index: number): string {
    const units = this.#units.subarray(this.#starts[index], this.#starts[index + 1]);
    let text = '';
    for (let at = 0; at < units.length; at += 4096) {
      text += String.fromCharCode(...units.subarray(at, at + 4096));
    }
    return text;
  }

  #slotOf(text: string, start: number, end: number, hash: number): number {
    const [slots, hashes, mask] = [this.#slots, this.#hashes, this.#slots.length - 1];
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot] - 1;
      if (index < 0 || (hashes[index] === hash && this.#equals(index, text, start, end))) return slot;
    }
  }

  #equals(index: number, text: string, start: number, end: number): boolean {
    const [units, from] = [this.#units, this.#starts[index]];
    if (this.#starts[index + 1] - from !== end - start) return false;
    for (let at = start; at < end; at++) {
      if (units[from + at - start] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  #copy(text: string, start: number, end: number): void {
    let to = this.#starts[this.#size];
    const length = to + end - start;
    if (length > this.#units.length) {
      const units = new Uint16Array(Math.max(length, 2 * this.#units.length));
      units.set(this.#units);
      this.#units = units;
    }
    for (let at = start; at < end; at++) this.#units[to++] = text.charCodeAt(at);
    this.#starts[this.#size + 1] = to;
  }

  #grow(): void {
    const hashes = new Int32Array(2 * this.#hashes.length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const starts = new Int32Array(hashes.length + 1);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#slots = new Int32Array(2 * hashes.length);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = hashes[index] & mask;
      while (this.#slots[slot] > 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index + 1;
    }
  }
}

function hashOf(text: string, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + text.charCodeAt(at);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
