/** One block of N streams and T steps, in time-major order: step t of stream n is at `[t * N + n]`. */
export interface Batch {
  /** Token ids, (T, N). */
  readonly xs: Int32Array;
  /** The token that follows each of `xs` in its stream, (T, N); −1 is no target. */
  readonly ts: Int32Array;
  /**
   * (T, N) 1 where an item begins: the state before the step is 0, and no gradient passes the step's beginning. Default: none
   * begins in the block.
   */
  readonly resets?: Int32Array | null;
  readonly N: number;
  readonly T: number;
}

/** Where the feed stands: how many steps each stream has advanced, and what `lengths` remember. */
export interface StreamState {
  readonly time: number;
  /** Of items: the pass through them, how many of it have been taken, and the index of each stream's next input. */
  readonly items?: { readonly pass: number; readonly taken: number; readonly places: readonly number[] };
  readonly lengths?: readonly number[];
}

/** Feeds a text to training, block by block. */
export interface Batches {
  readonly N: number;
  /** The length of a block, or about it where lengths vary. */
  readonly T: number;
  /** Blocks of T steps in an epoch. */
  readonly stepsPerEpoch: number;
  /** Whether carried states must be reset at the start of each epoch. */
  readonly restartsEachEpoch: boolean;
  /** Returns the next block, in the arrays of the last one: copy what must outlive the next call. */
  next(): Batch;
  save(): StreamState;
  /** Continues where `save` was called; throws UnrolledError when this feed can't stand there. */
  restore(state: StreamState): void;
}
