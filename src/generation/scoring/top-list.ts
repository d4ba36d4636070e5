/** Keeps the items with the highest values, highest first, ties in order of arrival. */
export class TopList<T> {
  readonly #count: number;
  readonly #entries: { readonly value: number; readonly item: T }[] = [];

  /** @param count the number of items to keep */
  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Adds an item if its value is among the highest. NaN is ignored.
   * @param make creates the item, only if it is kept
   */
  offer(value: number, make: () => T): void {
    if (Number.isNaN(value)) return;
    const entries = this.#entries;
    let index = entries.length;
    while (index > 0 && entries[index - 1].value < value) index--;
    if (index >= this.#count) return;
    entries.splice(index, 0, { value, item: make() });
    if (entries.length > this.#count) entries.pop();
  }

  get items(): T[] {
    return this.#entries.map(({ item }) => item);
  }
}
