import type { RunFacts } from '../runs/calls.ts';

/** A step of the recurrent network for N streams; matrices in row-major order. */
export interface StepNumbers {
  readonly words: readonly string[];
  readonly N: number;
  readonly D: number;
  readonly H: number;
  /** (N, D) */
  readonly x: Float64Array;
  /** (N, H) */
  readonly hBefore: Float64Array;
  /** (D, H) */
  readonly Wx: Float64Array;
  /** (H, H) */
  readonly Wh: Float64Array;
  /** (N, H) each: the two products, and the state tanh(hWh + xWx + b). */
  readonly xWx: Float64Array;
  readonly hWh: Float64Array;
  readonly h: Float64Array;
}

/** The states of a text that was read in blocks. */
export interface StateNumbers {
  readonly words: readonly string[];
  readonly H: number;
  /** (steps, H) */
  readonly states: Float64Array;
  /** (blocks, H): the state from which each block started. */
  readonly starts: Float64Array;
}

export interface GradientRequest {
  readonly steps: number;
  /** Length of a block, at which the backward pass is cut. */
  readonly T: number;
  readonly hidden: number;
  /** Factor of the initial Wh. */
  readonly scale: number;
  /** Whether each step has a loss, or only the last one. */
  readonly losses: 'all' | 'last';
}

export interface GradientNumbers {
  readonly words: readonly string[];
  readonly H: number;
  /** (steps, H) */
  readonly states: Float64Array;
  /** (steps): the norm of the gradient of the block's loss w.r.t. h of each step. */
  readonly norms: Float64Array;
  /** (steps): the norm of the part that came from the next step; exactly 0 at the end of a block. */
  readonly received: Float64Array;
}

/** A block of truncated BPTT, after its update. */
export interface BlockNumbers {
  /** Index of its first pair. */
  readonly first: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** (H): the state at its start, and after its last step. */
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** The pairs that each stream reads in a block: rows of T indices. */
export interface StreamRows {
  readonly rows: readonly Int32Array[];
  readonly blocksPerEpoch: number;
}

/** The layers of the language model on one text, untrained; matrices in row-major order. */
export interface LossNumbers {
  readonly words: readonly string[];
  readonly vocabulary: readonly string[];
  readonly ids: Int32Array;
  readonly targets: Int32Array;
  /** (T, D) */
  readonly vectors: Float64Array;
  /** (T, H) */
  readonly states: Float64Array;
  /** (T, V) each. */
  readonly logits: Float64Array;
  readonly probabilities: Float64Array;
  /** (T) */
  readonly losses: Float64Array;
  /** Their mean, as the layer returns it. */
  readonly loss: number;
}

/** A model that learns one sentence: its predictions after each epoch, the untrained ones first. */
export interface GoodbyeNumbers {
  readonly vocabulary: readonly string[];
  readonly prompts: readonly string[];
  /** The perplexity of each epoch. */
  readonly perplexities: Float64Array;
  /** For each epoch, for each prompt: the probabilities of the next word (V). */
  readonly predictions: readonly (readonly Float64Array[])[];
}

/** What the tour computes. Its small networks run in float64, so that every digit can be checked. */
export interface ChapterCalls {
  /** One step on a word of the sentence, from a given state (H). */
  tourFeed(request: { readonly word: number; readonly h: Float64Array }): Float64Array;
  tourStep(request: { readonly N: number }): StepNumbers;
  tourStates(request: {
    readonly steps: number;
    readonly T: number;
    readonly stateful: boolean;
  }): StateNumbers;
  tourGradients(request: GradientRequest): GradientNumbers;
  /** The memory in bytes that a training step of the chapter's model takes, by block length. */
  tourMemory(lengths: readonly number[]): readonly number[];
  tourBlocks(request: { readonly blocks: number; readonly T: number }): readonly BlockNumbers[];
  tourStreams(request: { readonly N: number; readonly T: number; readonly block: number }): StreamRows;
  tourLosses(): LossNumbers;
  tourGoodbye(): GoodbyeNumbers;
  /** Starts the chapter's training on the first 1,000 words of the open text. */
  tourTrain(request: { readonly stateful: boolean }): RunFacts;
}
