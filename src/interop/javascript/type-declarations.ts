/** The declaration file of an exported module. */
export function typeDeclarations(external: boolean): string {
  return external ? COMMON + LOAD : COMMON;
}

const COMMON = `/** The vectors h, or h and c, of each recurrent layer from bottom to top. Never changed: a state may be used any number of times. */
export type State = readonly Float64Array[];

/** The sizes of the network. */
export declare const config: {
  readonly cell: string;
  /** Number of tokens, V. */
  readonly vocabSize: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly resetAfter?: boolean;
  readonly tied?: boolean;
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
  readonly mogrifierRounds?: number;
  readonly mogrifierRank?: number;
};

/** The tokens in order of their ids. */
export declare const vocabulary: readonly string[];

/** The id before the first token of a text: that of a newline, or of the end of an item. */
export declare const startId: number;

/** The state before a text. The first token is predicted after next(start(), startId). */
export declare function start(): State;

/** Reads a token. Returns the new state and the logits (V) of the token after it. */
export declare function next(state: State, id: number): { state: State; logits: Float32Array };

/** The probabilities of logits: softmax(logits / temperature). */
export declare function probabilities(logits: ArrayLike<number>, temperature?: number): Float64Array;

export interface GenerateOptions {
  /** The text to continue. Default: none, the start of a line or item. */
  readonly prompt?: string;
  /** Maximum number of tokens. Default 100. */
  readonly length?: number;
  /** The same seed gives the same text: an integer from 0 to 2³² − 1. Default 1. */
  readonly seed?: number;
  /** The divisor of the logits; 0 takes the most likely token. Default 0.8, or the model's own. */
  readonly temperature?: number;
  /** Only the k most likely tokens; 0 for all. */
  readonly topK?: number;
  /** Only the most likely tokens up to this total probability, above 0 and at most 1. */
  readonly topP?: number;
  /** The text ends before the first of these. */
  readonly stop?: string | readonly string[];
}

/** The prompt and its continuation, for people: with no space before a comma. */
export declare function generate(options?: GenerateOptions): string;

/** The same in pieces, as they are written. */
export declare function stream(options?: GenerateOptions): Generator<string, void>;

/** The surprisal of each token of a text, in bits: −log₂ of its probability. */
export declare function surprisals(text: string): { token: string; id: number; bits: number }[];

/** The ids of a text's tokens. Throws an Error for one outside the vocabulary, if there is no unknown token. */
export declare function encode(text: string): number[];

/** The text of ids, which has the same tokens; with \`readable\`, for people. */
export declare function decode(ids: Iterable<number>, options?: { readable?: boolean }): string;
`;

const LOAD = `
/**
 * Loads the weights; call it once, before the model is used.
 * @param source the file of the weights, or its bytes. Default: the file beside the module
 */
export declare function load(source?: URL | ArrayBuffer | Uint8Array): Promise<void>;
`;
