import type { StreamPart } from '../tensor/stream-part.ts';

/** Numbers that can be summed: of a float32 or a float64 backend. */
export type Numbers = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/**
 * The processes that train one model together, as one of them sees them: `single`, or several on MPI.
 *
 * All of them must make the same calls in the same order. A call starts at once, and other work may go on until its promise
 * resolves; several calls may be pending.
 */
export interface Group {
  /** The number of this process, from 0. */
  readonly rank: number;
  /** The number of processes. */
  readonly size: number;
  /** How messages call each rank: `rank 1 on alpha (process 4711)`. */
  readonly names: readonly string[];
  /** Aborted, with the error as its reason, when a process is lost: work between two calls need not go on. */
  readonly lost: AbortSignal;
  /**
   * Replaces the numbers by the sum over all ranks, element by element, added in the order of the ranks: every rank gets the
   * same bits, and so does every run with as many ranks. The array must not be used before the promise resolves.
   * @param weights of each rank (R), the same list on all: its numbers are multiplied by its weight. Default: 1 each
   */
  sum(numbers: Numbers, weights?: readonly number[]): Promise<void>;
  /**
   * The bytes of each rank, which may differ in length, in the order of the ranks. All ranks get them: of several ranks as copies,
   * each in an unshared buffer of its own.
   */
  gather(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** The bytes of rank 0, on the others as a copy in an unshared buffer of its own. What other ranks pass is ignored. */
  broadcast(bytes: Uint8Array): Promise<Uint8Array>;
  /** Resolves when all ranks have called it. */
  barrier(): Promise<void>;
  /** Ends all processes, because this one can't go on. Returns only if that takes a moment. */
  abort(): void;
  /** Ends the connection; all ranks must call it. No other call may follow. */
  close(): Promise<void>;
}

/**
 * The part of `total` things that a rank has: contiguous, in the order of the ranks, and of equal size, except that the first
 * ranks have one more if `total` is not divisible.
 */
export function shardOf(total: number, { rank, size }: Pick<Group, 'rank' | 'size'>): StreamPart {
  const [least, more] = [Math.floor(total / size), total % size];
  return { first: rank * least + Math.min(rank, more), count: least + (rank < more ? 1 : 0), of: total };
}
