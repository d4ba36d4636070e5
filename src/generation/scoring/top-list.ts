/** The items of highest value among many, the highest first; of equals, the earlier first. */
export class TopList<T> {
  readonly #count: number;
  readonly #entries: { readonly value: number; readonly item: T }[] = [];

  /** @param count how many are kept */
  constructor(count: number) {
    this.#count = count;
  }

  /**
   * NaN is lower than any number and not kept.
   * @param make makes the item, once it is known to be among the highest
   */
  offer(value: number, make: () => T): void {
    if (Number.isNaN(value)) return;
    const entries = this.#entries;
    let place = entries.length;
    while (place > 0 && entries[place - 1].value < value) place--;
    if (place >= this.#count) return;
    entries.splice(place, 0, { value, item: make() });
    if (entries.length > this.#count) entries.pop();
  }

  get items(): T[] {
    return this.#entries.map(({ item }) => item);
  }
}
