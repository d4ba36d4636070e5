/** A note on how a streamed text was processed: a code with its numbers, which a front end turns into a sentence. */
export type TextNote =
  /** The token ids are in a file of `bytes` bytes; `reused` if an earlier run wrote it. */
  | {
      readonly note: 'tokens-in-file';
      readonly file: string;
      readonly bytes: number;
      readonly reused: boolean;
    }
  /** The last `bytes` bytes of the text are held out for validation. */
  | { readonly note: 'held-out'; readonly bytes: number; readonly fraction: number }
  /** The tokenizer was learnt from an even sample of `bytes` bytes. */
  | { readonly note: 'learnt-from-sample'; readonly bytes: number }
  /** There were more than `most` distinct tokens: rare ones were not counted. */
  | { readonly note: 'rare-tokens-pruned'; readonly most: number }
  /** The vocabulary is too large to count bigrams: there is no bigram baseline. */
  | { readonly note: 'no-pairs'; readonly vocabSize: number };
