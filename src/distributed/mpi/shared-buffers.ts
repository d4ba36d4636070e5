import type { Numbers } from '../group.ts';

/** Shared memory for arrays on their way, kept for the next step, whose arrays have the same sizes. */
export class SharedBuffers {
  readonly #free = new Map<number, SharedArrayBuffer[]>();

  /** A copy of an array in shared memory. */
  take(numbers: Numbers): Numbers {
    const free = this.#free.get(numbers.byteLength)?.pop();
    const buffer = free ?? new SharedArrayBuffer(numbers.byteLength);
    const copy = numbers instanceof Float64Array ? new Float64Array(buffer) : new Float32Array(buffer);
    copy.set(numbers);
    return copy;
  }

  /** Frees a copy for another array of its size. */
  give({ buffer, byteLength }: Numbers): void {
    const free = this.#free.get(byteLength) ?? [];
    free.push(buffer as SharedArrayBuffer);
    this.#free.set(byteLength, free);
  }
}
