/** One block of N streams and T steps, time-major: step t of stream n is at index `t * N + n`. */
export interface Batch {
  /** Input token ids, (T, N). */
  readonly xs: Int32Array;
  /** Target ids, (T, N): the token after each of `xs` in its stream; −1 is padding, ignored by the loss. */
  readonly ts: Int32Array;
  /**
   * (T, N): 1 where an item begins. The state before that step is 0, and no gradient flows back past it. Default: no item
   * begins in the block.
   */
  readonly resets?: Int32Array | null;
  /** Number of streams (batch size). */
  readonly N: number;
  /** Number of time steps. */
  readonly T: number;
}

/** The saved position of a `Batches`. */
export interface StreamState {
  /** Number of steps that each stream has advanced. */
  readonly time: number;
  /** For items: the current pass, the number of items taken in it, and the index of each stream's next input. */
  readonly items?: { readonly pass: number; readonly taken: number; readonly places: readonly number[] };
  /** The state of `lengths`. */
  readonly lengths?: readonly number[];
}

/** A data loader: yields the blocks of a text for training. */
export interface Batches {
  /** Number of streams (batch size). */
  readonly N: number;
  /** Number of steps per block, or roughly so if lengths vary. */
  readonly T: number;
  /** Number of blocks of T steps per epoch. */
  readonly stepsPerEpoch: number;
  /** Whether the carried state must be reset at the start of each epoch. */
  readonly restartsEachEpoch: boolean;
  /** Returns the next block. It reuses the arrays of the previous block: copy what you keep. */
  next(): Batch;
  /** Returns the position, for `restore`. */
  save(): StreamState;
  /**
   * Restores what `save` returned.
   * @throws {UnrolledError} code `checkpoint-foreign` when the state is of another text or other options
   */
  restore(state: StreamState): void;
}
