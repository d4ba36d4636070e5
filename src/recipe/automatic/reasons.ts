import type { Cell } from '../../models/cells.ts';

/** The reason for an automatic choice: a code with its numbers, which a front end turns into a sentence. */
export type Reason = TokensReason | WidthReason | StepsReason | LengthReason;

/** The reason for the choice of tokens. */
export type TokensReason =
  /** Words and punctuation are already separated by white space. */
  | { readonly reason: 'tokenised-text' }
  /** Only a word vocabulary can have the given `vocabSize`: unlimited, or below 257. */
  | { readonly reason: 'words-by-size' }
  /** Punctuation is attached to words, or white space is rare: the text is split into `vocabSize` pieces. */
  | {
      readonly reason: 'raw-text';
      /** The chosen number of pieces. */
      readonly vocabSize: number;
    }
  /** `bpe` was given, and `vocabSize` pieces suit the text. */
  | {
      readonly reason: 'pieces-for-text';
      /** The chosen number of pieces. */
      readonly vocabSize: number;
    }
  /** The text has too few repeated pairs for `vocabSize` pieces. */
  | {
      readonly reason: 'fewer-pieces';
      /** The number of pieces that were learnt. */
      readonly learnt: number;
      /** The requested number of pieces. */
      readonly vocabSize: number;
    };

/** The reason for the model size. */
export type WidthReason = {
  /** Number of layers. */
  readonly layers: number;
  /** Hidden size. */
  readonly hidden: number;
  /** The recurrent cell. */
  readonly cell: Cell;
  /** Training speed measured on this machine, in tokens per second. */
  readonly tokensPerSecond: number;
} & (
  | {
      /** A larger model would train on fewer than `tokens` tokens within `minutes` minutes. */
      readonly reason: 'wider-too-slow';
      /** Training length that a larger model needs, in tokens over all epochs. */
      readonly tokens: number;
      /** The time budget, in minutes. */
      readonly minutes: number;
    }
  /** The smallest model: `minutes` minutes are too short even for what this one needs. */
  | {
      readonly reason: 'narrowest';
      /** The time budget, in minutes. */
      readonly minutes: number;
    }
  /** A larger model would overfit a text of this length. */
  | { readonly reason: 'widest-for-text' }
);

/** The reason for the model size when the number of steps is given. */
export type StepsReason = {
  /** The largest model that `steps` steps are enough for. */
  readonly reason: 'widest-for-steps';
  /** Number of layers. */
  readonly layers: number;
  /** Hidden size. */
  readonly hidden: number;
  /** The recurrent cell. */
  readonly cell: Cell;
  /** The given number of steps. */
  readonly steps: number;
};

/** The reason for the number of epochs. */
export type LengthReason =
  /** The number of epochs was given. */
  | {
      readonly reason: 'epochs-asked';
      /** The given number of epochs. */
      readonly epochs: number;
    }
  /** Only the first `maxTokens` tokens fit into the time budget, once; an epoch of the whole text needs `minutes` minutes. */
  | {
      readonly reason: 'part-of-text';
      /** Length of the text that is used, in tokens. */
      readonly maxTokens: number;
      /** Time for an epoch of the whole text, in minutes. */
      readonly minutes: number;
    }
  /** More epochs would overfit a text this short. */
  | {
      readonly reason: 'epochs-enough';
      /** The chosen number of epochs. */
      readonly epochs: number;
    }
  /** The number of epochs that fit into `minutes` minutes. */
  | {
      readonly reason: 'epochs-fit';
      /** The chosen number of epochs. */
      readonly epochs: number;
      /** The time budget, in minutes. */
      readonly minutes: number;
    };
