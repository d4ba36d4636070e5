/** What is other for a text too long to be held: codes with their numbers, from which a front end makes sentences. */
export type TextNote =
  /** The ids are in a file of this many bytes. */
  | {
      readonly note: 'tokens-in-file';
      readonly file: string;
      readonly bytes: number;
      readonly reused: boolean;
    }
  /** This many bytes at the end of the text are held out for validation. */
  | { readonly note: 'held-out'; readonly bytes: number; readonly fraction: number }
  /** The tokenizer was learnt from this many bytes, spread evenly over the text. */
  | { readonly note: 'learnt-from-sample'; readonly bytes: number }
  /** There were more than `most` different tokens: the rarest were no longer counted. */
  | { readonly note: 'rare-tokens-pruned'; readonly most: number }
  /** The pairs of so large a vocabulary aren't counted: there is no bigram baseline. */
  | { readonly note: 'no-pairs'; readonly vocabSize: number };
