import type { Feature } from './features.ts';
import type { Unit, UnitActivation } from './units.ts';

/** What a model does over its training text, read up to a limit. */
export interface TrainingActivations {
  /** Number of tokens that were read. */
  readonly tokens: number;
  /** Whether the text has more tokens. */
  readonly isCut: boolean;
  /** The number of units of each layer, from bottom to top. */
  readonly widths: readonly number[];
  /**
   * Pearson's correlation of each unit's activation with a feature of the text: (U) of h, or (2·U) of h and then of tanh(c), as
   * `columnOf` counts. NaN where one of them never changes.
   */
  readonly correlations: Readonly<Record<Feature, Float64Array>>;
}

/** A part of a text, token by token. */
export interface Context {
  /** The index of the first token. */
  readonly first: number;
  /** The characters of each token, with the white space before it. */
  readonly pieces: readonly string[];
  /** A number for each token. */
  readonly values: Float32Array;
}

/** A place of the training text at which a unit is most or least active. `values` of its context are activations. */
export interface ExtremePlace {
  /** The index of the token. */
  readonly token: number;
  readonly value: number;
  readonly context: Context;
}

/** A unit that is active throughout a range of tokens: above the threshold (1), or below its negative (−1). */
export interface PatternUnit extends Unit {
  readonly sign: 1 | -1;
}

/** A range of the training text in which most units of a pattern are active. `values`: the share of them that is active at each token. */
export interface PatternMatch {
  readonly first: number;
  readonly last: number;
  /** The share of the units that agree, times the ratio of the shorter to the longer of both lengths. */
  readonly score: number;
  /** Indices into the units of the pattern. */
  readonly agreeing: readonly number[];
  readonly context: Context;
}

export interface PatternMatches {
  readonly units: readonly PatternUnit[];
  readonly matches: readonly PatternMatch[];
}

/** A range of tokens of a reading, and which units count. */
export interface PatternRequest {
  readonly model: string;
  readonly reading: number;
  readonly first: number;
  readonly last: number;
  /** A unit is active if |h| is at least this. */
  readonly threshold: number;
  /** Whether the units must be inactive just before the range and just after it. */
  readonly isBounded: boolean;
}

/** How much each earlier token matters for a prediction. */
export interface Influence {
  /** The index of the first token; −1: the token before the text. */
  readonly first: number;
  /** The predicted token. */
  readonly id: number;
  /** (T) How many characters before the prediction each token ends. */
  readonly distances: Int32Array;
  /** log p of the predicted token, in nats. */
  readonly logProbability: number;
  /** (T) The L2 norm of the gradient of log p w.r.t. the embedding of each token. */
  readonly norms: Float64Array;
  /** (T) The scalar product of that gradient and the embedding. */
  readonly products: Float64Array;
  /** The layers, from bottom to top: (T) the L2 norms of the gradients of log p w.r.t. h and c after each step; c is null for a cell without one. */
  readonly layers: readonly { readonly h: Float64Array; readonly c: Float64Array | null }[];
}

/** Calls about single units, and what they do over texts. */
export interface ActivationCalls {
  /** Reads the training text with a model, once. The work of a cancelled call is continued by the next one. */
  readTrainingText(model: string): TrainingActivations;
  /** Where the unit is most and least active in the training text. */
  extremes(request: UnitActivation & { readonly model: string }): {
    readonly highest: readonly ExtremePlace[];
    readonly lowest: readonly ExtremePlace[];
  };
  /** (n) The activation of a unit after each token of a reading. */
  unitValues(request: UnitActivation & { readonly reading: number }): Float32Array;
  /** The ranges of the training text whose active units are most like those of a range. */
  findPattern(request: PatternRequest): PatternMatches;
  /** How much the tokens up to `step` matter for a token that is predicted there, over at most 2,000 tokens. */
  influence(request: { readonly reading: number; readonly step: number; readonly id: number }): Influence;
  /**
   * The same by another model, which reads the text anew: for its token that follows the first `end` characters, or its most
   * likely one at the end of the text.
   */
  influenceBy(request: { readonly model: string; readonly text: string; readonly end: number }): Influence;
}
