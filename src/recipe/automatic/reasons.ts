import type { Cell } from '../../models/cells.ts';

/** Why a model has its width and a run its length: codes with their numbers, from which a front end makes sentences. */
export type Reason = TokensReason | WidthReason | StepsReason | LengthReason;

export type TokensReason =
  /** White space cuts the text into words already. */
  | { readonly reason: 'tokenised-text' }
  /** Only words have such a `vocabSize`: all of them, or fewer than there are bytes. */
  | { readonly reason: 'words-by-size' }
  /** Marks stand at the words, or words are few: it is cut into `vocabSize` pieces. */
  | { readonly reason: 'raw-text'; readonly vocabSize: number }
  /** Pieces were asked for, and so many suit the text. */
  | { readonly reason: 'pieces-for-text'; readonly vocabSize: number }
  /** The text has no more pairs that occur twice. */
  | { readonly reason: 'fewer-pieces'; readonly learnt: number; readonly vocabSize: number };

export type WidthReason = {
  readonly layers: number;
  readonly hidden: number;
  readonly cell: Cell;
  /** As measured on this machine. */
  readonly tokensPerSecond: number;
} & (
  | {
      /** A wider model would read the text less than `epochs` times in the time there is. */
      readonly reason: 'wider-too-slow';
      readonly epochs: number;
      readonly minutes: number;
    }
  /** There is less time than even this model, the narrowest, needs. */
  | { readonly reason: 'narrowest'; readonly minutes: number }
  /** A wider model would overfit a text of this length. */
  | { readonly reason: 'widest-for-text' }
);

/** The widest model that this many steps on this text suffice for. */
export type StepsReason = {
  readonly reason: 'widest-for-steps';
  readonly layers: number;
  readonly hidden: number;
  readonly cell: Cell;
  /** As many as were asked for. */
  readonly steps: number;
};

export type LengthReason =
  | { readonly reason: 'epochs-asked'; readonly epochs: number }
  /** There is time for the first `maxTokens` tokens, once; all of them need `minutes`. */
  | { readonly reason: 'part-of-text'; readonly maxTokens: number; readonly minutes: number }
  /** More epochs would overfit a text this short. */
  | { readonly reason: 'epochs-enough'; readonly epochs: number }
  /** As many epochs as fit into `minutes`. */
  | { readonly reason: 'epochs-fit'; readonly epochs: number; readonly minutes: number };
