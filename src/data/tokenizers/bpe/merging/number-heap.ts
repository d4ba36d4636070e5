/** A heap of numbers that gives the smallest first. */
export class NumberHeap {
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#numbers.length;
  }

  push(number: number): void {
    const numbers = this.#numbers;
    let at = numbers.length;
    numbers.push(number);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (numbers[parent] <= number) break;
      numbers[at] = numbers[parent];
      at = parent;
    }
    numbers[at] = number;
  }

  /** Only where there is one. */
  pop(): number {
    const numbers = this.#numbers;
    const smallest = numbers[0];
    const number = numbers.pop()!;
    if (numbers.length === 0) return smallest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < numbers.length && numbers[child + 1] < numbers[child]) child++;
      if (child >= numbers.length || numbers[child] >= number) break;
      numbers[at] = numbers[child];
      at = child;
    }
    numbers[at] = number;
    return smallest;
  }
}
