import type { Zoneout } from '../../backend.ts';
import type { ZoneoutArguments, ZoneoutMask } from '../codec.ts';
import type { Kernels, ZoneoutNumbers } from '../kernels.ts';

/**
 * The zoneout of one state (T,N,H) in a thread's part. `index` is the index of the part's first unit over all steps, `at`
 * that within one step.
 */
export class StateZoneout {
  readonly #kernels: Kernels;
  readonly #candidate: number | null;
  readonly #scratch: number;
  readonly #zeros: number;
  readonly #H: number;
  /** N·H */
  readonly #step: number;
  readonly #mask: ZoneoutMask | null;
  readonly #share: ZoneoutNumbers;

  private constructor(kernels: Kernels, args: ZoneoutArguments, N: number, H: number) {
    const { candidate, scratch, rate, mask } = args;
    this.#kernels = kernels;
    this.#candidate = candidate;
    this.#scratch = scratch;
    this.#zeros = scratch + 4 * N * H;
    this.#H = H;
    this.#step = N * H;
    this.#mask = mask;
    this.#share = mask ? [mask.key0, mask.key1, mask.threshold, rate] : [0, 0, 0, rate];
  }

  static of(kernels: Kernels, args: ZoneoutArguments | null, N: number, H: number): StateZoneout | null {
    return args && new StateZoneout(kernels, args, N, H);
  }

  /** Mixes the candidate state with the previous step, in place. */
  mix(state: number, before: number, index: number, rows: number, columns: number): void {
    const candidate = this.candidate(index) ?? 0;
    this.#kernels.zoneoutForward(
      state,
      candidate,
      before,
      rows,
      columns,
      this.#H,
      this.#unit(index),
      ...this.#share,
    );
  }

  /** Splits d + above, the gradient w.r.t. s_t: the part w.r.t. s̃_t goes to d, the rest to the scratch for `join`. */
  split(d: number, above: number, index: number, at: number, rows: number, columns: number): void {
    const skip = this.#scratch + 4 * at;
    this.#kernels.zoneoutBackward(skip, d, above, rows, columns, this.#H, this.#unit(index), ...this.#share);
  }

  /** Adds the gradient that bypasses the cell to d, the gradient w.r.t. s_{t−1} through the cell. */
  join(d: number, at: number, rows: number, columns: number): void {
    this.#kernels.addBlock(d, this.#scratch + 4 * at, rows, columns, this.#H);
  }

  /** The number of a unit among those of all streams of the block, from which its mask is computed. */
  #unit(index: number): number {
    if (!this.#mask) return index;
    const { before, others } = this.#mask;
    return index + before + Math.floor(index / this.#step) * others;
  }

  /** The address of the saved s̃; null if it is not saved. */
  candidate(index: number): number | null {
    return this.#candidate === null ? null : this.#candidate + 4 * index;
  }

  /** The address of zeros, used instead of the gradient from above, which `split` has already added. */
  zeros(at: number): number {
    return this.#zeros + 4 * at;
  }
}

/** The arguments of a program for zoneout. */
export function zoneoutArguments(zoneout: Zoneout | null | undefined): ZoneoutArguments | null {
  if (!zoneout) return null;
  const { candidate, scratch, mask, rate } = zoneout;
  const [, N, H] = scratch.shape;
  const { first, of } = mask?.streams ?? { first: 0, of: N };
  return {
    candidate: candidate?.byteOffset ?? null,
    scratch: scratch.byteOffset,
    rate,
    mask: mask && {
      ...{ key0: mask.keys[0], key1: mask.keys[1], threshold: mask.threshold },
      ...{ before: first * H, others: (of - N) * H },
    },
  };
}
