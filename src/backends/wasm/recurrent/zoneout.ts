import type { Zoneout } from '../../backend.ts';
import type { ZoneoutArguments } from '../codec.ts';
import type { Kernels, ZoneoutNumbers } from '../kernels.ts';

/**
 * Zoneout of one state (T,N,H) in a thread's part of it. `index` is the index of the part's first unit in all
 * steps, `at` that in one step.
 */
export class StateZoneout {
  readonly #kernels: Kernels;
  readonly #candidate: number | null;
  readonly #scratch: number;
  readonly #zeros: number;
  readonly #H: number;
  readonly #share: ZoneoutNumbers;

  private constructor(kernels: Kernels, args: ZoneoutArguments, N: number, H: number) {
    const { candidate, scratch, rate, mask } = args;
    this.#kernels = kernels;
    this.#candidate = candidate;
    this.#scratch = scratch;
    this.#zeros = scratch + 4 * N * H;
    this.#H = H;
    this.#share = mask ? [mask.key0, mask.key1, mask.threshold, rate] : [0, 0, 0, rate];
  }

  static of(kernels: Kernels, args: ZoneoutArguments | null, N: number, H: number): StateZoneout | null {
    return args && new StateZoneout(kernels, args, N, H);
  }

  /** Replaces the cell's new state with its mix with the previous step. */
  mix(state: number, before: number, index: number, rows: number, columns: number): void {
    const candidate = this.candidate(index) ?? 0;
    this.#kernels.zoneoutForward(state, candidate, before, rows, columns, this.#H, index, ...this.#share);
  }

  /** d + above, the gradient w.r.t. a step's state, becomes in d that w.r.t. s̃; `join` adds the rest. */
  split(d: number, above: number, index: number, at: number, rows: number, columns: number): void {
    const skip = this.#scratch + 4 * at;
    this.#kernels.zoneoutBackward(skip, d, above, rows, columns, this.#H, index, ...this.#share);
  }

  /** Adds to d, the gradient w.r.t. the state before through the cell, the gradient around the cell. */
  join(d: number, at: number, rows: number, columns: number): void {
    this.#kernels.addBlock(d, this.#scratch + 4 * at, rows, columns, this.#H);
  }

  /** Where s̃ is saved; null where it is not. */
  candidate(index: number): number | null {
    return this.#candidate === null ? null : this.#candidate + 4 * index;
  }

  /** In place of the gradient from above, which `split` has taken. */
  zeros(at: number): number {
    return this.#zeros + 4 * at;
  }
}

/** Zoneout as a program takes it. */
export function zoneoutArguments(zoneout: Zoneout | null | undefined): ZoneoutArguments | null {
  if (!zoneout) return null;
  const { candidate, scratch, mask, rate } = zoneout;
  return {
    candidate: candidate?.byteOffset ?? null,
    scratch: scratch.byteOffset,
    rate,
    mask: mask && { key0: mask.keys[0], key1: mask.keys[1], threshold: mask.threshold },
  };
}
