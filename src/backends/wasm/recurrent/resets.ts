import type { Resets } from '../../backend.ts';
import type { ResetsArguments } from '../codec.ts';
import type { Kernels } from '../kernels.ts';

/** The resets of one state (T,N,H) in a thread's part: some columns of `rows` streams, from stream `row` on. */
export class StateResets {
  readonly #kernels: Kernels;
  readonly #at: number;
  readonly #before: number;
  readonly #N: number;
  readonly #T: number;
  readonly #H: number;

  private constructor(kernels: Kernels, { at, before }: ResetsArguments, N: number, T: number, H: number) {
    this.#kernels = kernels;
    this.#at = at;
    this.#before = before;
    this.#N = N;
    this.#T = T;
    this.#H = H;
  }

  static of(
    kernels: Kernels,
    args: ResetsArguments | null,
    N: number,
    T: number,
    H: number,
  ): StateResets | null {
    return args && new StateResets(kernels, args, N, T, H);
  }

  /** The address of the states before step t. */
  before(t: number, row: number): number {
    return this.#before + 4 * (t * this.#N + row) * this.#H;
  }

  /** Copies the states after step t to where step t + 1 reads them, 0 where they are reset. */
  carry(state: number, t: number, row: number, column: number, rows: number, columns: number): void {
    if (t + 1 === this.#T) return;
    const next = this.before(t + 1, row) + 4 * column;
    this.#kernels.resetRows(next, state, this.#flags(t + 1, row), rows, columns, this.#H);
  }

  /** Sets d, the gradient w.r.t. the states before step t, to 0 where they are reset. */
  cut(d: number, t: number, row: number, rows: number, columns: number): void {
    this.#kernels.resetRows(d, d, this.#flags(t, row), rows, columns, this.#H);
  }

  #flags(t: number, row: number): number {
    return this.#at + 4 * (t * this.#N + row);
  }
}

/** The arguments of a program for resets. */
export function resetsArguments(resets: Resets | null | undefined): ResetsArguments | null {
  return resets ? { at: resets.at.byteOffset, before: resets.before.byteOffset } : null;
}
