import type { TokenColumns } from './token-columns.ts';

/** What is changed in a text before a model reads it. */
export interface Edits {
  /** Tokens, by their index, that are replaced by others. */
  readonly replaced: readonly { readonly token: number; readonly id: number }[];
  /** Tokens, by their index, before which h and c are set to 0. */
  readonly cuts: readonly number[];
}

/** What a model is to read. */
export interface ReadRequest {
  /** The id of the model. */
  readonly model: string;
  /** The text; null: the text that is open in the view Text, up to the first 100,000 tokens. */
  readonly text: string | null;
  readonly edits: Edits;
}

/**
 * A text that a model has read, as `unrolled score` reads it: behind a line end, or each item behind an end token. Step t reads
 * token t and predicts token t + 1. Step −1 reads what stands before the text and predicts token 0.
 */
export interface ReadingFacts extends TokenColumns {
  /** Identifies the reading in later calls. */
  readonly id: number;
  readonly model: string;
  /** The text that was read; items are joined by line ends. */
  readonly text: string;
  /** Whether the text has more tokens than were read. */
  readonly isCut: boolean;
  /** (n) The surprisal of each token, in bits. */
  readonly bits: Float64Array;
  /** (n) 1 + the number of tokens that were more likely. */
  readonly ranks: Int32Array;
  /** The steps that begin from the zero state, in ascending order, the first step included. */
  readonly resets: Int32Array;
  /** The readable form of the token before the text. */
  readonly startText: string;
  /** The readable form of the tokens that were replaced. */
  readonly replaced: readonly { readonly token: number; readonly text: string }[];
}

/** The numbers of one layer at T steps, row-major (T, H). */
export interface LayerColumns {
  /** H */
  readonly width: number;
  readonly h: Float32Array;
  /** Null without `gates`, and for a cell without c. */
  readonly c: Float32Array | null;
  /** Each gate by the name that the cell gives it; none without `gates`. */
  readonly gates: Readonly<Record<string, Float32Array>>;
}

/** The steps `start` … `start` + T − 1 of a reading. */
export interface ColumnWindow {
  readonly start: number;
  readonly T: number;
  /** From bottom to top. */
  readonly layers: readonly LayerColumns[];
  /** The number of predictions per step. */
  readonly K: number;
  /** (T, K) The most likely next tokens, most likely first, and their probabilities. */
  readonly topIds: Int32Array;
  readonly topProbabilities: Float64Array;
  /** (T·K) The predicted tokens as the vocabulary spells them, and readable. */
  readonly topTokens: readonly string[];
  readonly topTexts: readonly string[];
}

/** The order of the units of one layer: by their index, by similarity of their activations, or by mean |h|. */
export type UnitOrder = 'index' | 'cluster' | 'activity';

/** A token of the vocabulary. */
export interface VocabularyToken {
  readonly id: number;
  readonly token: string;
  readonly text: string;
}

/** Calls about a text that a model reads. */
export interface ReadingCalls {
  /** Reads a text once. The engine keeps a few readings; the one that was not used for longest is forgotten. */
  read(request: ReadRequest): ReadingFacts;
  forgetReading(id: number): void;
  /** The numbers of steps `start` to `end` − 1, from the nearest state that is kept. At most 256 steps. */
  columns(request: {
    readonly reading: number;
    readonly start: number;
    readonly end: number;
    readonly gates: boolean;
  }): ColumnWindow;
  /** The units of each layer in an order, computed over at most the first 2,000 steps. */
  unitOrder(request: { readonly reading: number; readonly order: UnitOrder }): readonly Int32Array[];
  /** Tokens of the vocabulary whose readable form contains the letters: those that begin with them first. At most 20. */
  findTokens(request: { readonly model: string; readonly letters: string }): readonly VocabularyToken[];
}
