import type { KeptShare, Kernels } from '../kernels.ts';

/** How many numbers tell a program of a state's zoneout: `made`, `room`, and the share that is kept. */
export const ZONEOUT_NUMBERS = 6;

/**
 * Zoneout of one state (T,N,H) in a thread's share of it. `index` is the number of the share's first unit
 * in all the steps, `at` the same in one step; both say where its numbers lie.
 */
export class StateZoneout {
  readonly #kernels: Kernels;
  readonly #made: number;
  readonly #room: number;
  readonly #zeros: number;
  readonly #H: number;
  readonly #share: KeptShare;

  private constructor(kernels: Kernels, [made, room, ...share]: readonly number[], N: number, H: number) {
    this.#kernels = kernels;
    this.#made = made;
    this.#room = room;
    this.#zeros = room + 4 * N * H;
    this.#H = H;
    this.#share = share as unknown as KeptShare;
  }

  /** Null where the rate, the last number, is 0. */
  static of(kernels: Kernels, numbers: readonly number[], N: number, H: number): StateZoneout | null {
    return numbers[ZONEOUT_NUMBERS - 1] > 0 ? new StateZoneout(kernels, numbers, N, H) : null;
  }

  /** A state as the cell made it becomes its mix with that of the step before. */
  mix(state: number, before: number, index: number, rows: number, columns: number): void {
    const made = this.#made && this.made(index);
    this.#kernels.zoneoutForward(state, made, before, rows, columns, this.#H, index, ...this.#share);
  }

  /** d + above, the gradient by a step, becomes in d that by what the cell made; the rest waits for `join`. */
  split(d: number, above: number, index: number, at: number, rows: number, columns: number): void {
    const round = this.#room + 4 * at;
    this.#kernels.zoneoutBackward(round, d, above, rows, columns, this.#H, index, ...this.#share);
  }

  /** The gradient by the step before, which has come through the cell, gets what went around it. */
  join(d: number, at: number, rows: number, columns: number): void {
    this.#kernels.addBlock(d, this.#room + 4 * at, rows, columns, this.#H);
  }

  /** Where what the cell made lies. */
  made(index: number): number {
    return this.#made + 4 * index;
  }

  /** In place of the gradient from above, which `split` has taken. */
  zeros(at: number): number {
    return this.#zeros + 4 * at;
  }
}
