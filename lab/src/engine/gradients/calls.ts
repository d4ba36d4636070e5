import type { Cell } from 'unrolled';

/** The steps `first` … `end` − 1 of a reading, as one block of truncated BPTT. */
export interface BlockRequest {
  readonly reading: number;
  readonly first: number;
  readonly end: number;
  /** Whether the loss is that of the last step, or the mean over all steps of the block. */
  readonly loss: 'last' | 'all';
  /** Whether the block starts from the state that the text before it leaves, or from 0. */
  readonly isStateful: boolean;
}

/** Norms of the gradient of a loss w.r.t. the states of a layer: at index k, the state k steps before the last one. */
export interface LayerNorms {
  /** ‖∂L/∂h‖ */
  readonly h: Float64Array;
  /** ‖∂L/∂c‖; null for a cell without c. */
  readonly c: Float64Array | null;
}

/** The gradients of the loss of a block. */
export interface BlockGradients {
  readonly cell: Cell;
  /** In nats. */
  readonly loss: number;
  /** The global norm of the gradients w.r.t. all parameters, before clipping. */
  readonly parameterNorm: number;
  /** (T + 1) From bottom to top. The last number is that of the state before the block, which truncated BPTT does not use. */
  readonly layers: readonly LayerNorms[];
  /** The same without truncation: also for steps before the block, if its state depends on them. */
  readonly whole: readonly LayerNorms[];
  /** (H) per layer: h before the block. */
  readonly starts: readonly Float32Array[];
}

/** How Wh of the small models is drawn: normal numbers as in the chapter, or orthogonal matrices. */
export type InitialWh = 'normal' | 'orthogonal';

/** The same of a small model of another cell. */
export interface CellGradients extends BlockGradients {
  /** On the last tenth of the text on which it was trained; null before. */
  readonly perplexity: number | null;
}

/** The sizes of the small models, and what they learnt. */
export interface TrainedCells {
  readonly cells: readonly { readonly cell: Cell; readonly perplexity: number }[];
  /** Tokens that each of them has read. */
  readonly tokens: number;
}

/** Calls about backpropagation through time. */
export interface GradientCalls {
  blockGradients(request: BlockRequest): BlockGradients;
  /** The same of an RNN, an LSTM and a GRU of the same sizes, from the same seed. `scale` multiplies their Wh. */
  cellGradients(
    request: BlockRequest & { readonly initial: InitialWh; readonly scale: number },
  ): readonly CellGradients[];
  /** Trains these three in turn on the model's text. Work `cells` in broadcasts of progress. */
  trainCells(request: {
    readonly model: string;
    readonly initial: InitialWh;
    readonly seconds: number;
  }): TrainedCells;
}
