import type { TokenIds } from './batches/token-ids.ts';

/** A text as ids, in memory or in a file, with what an honest report about it needs. A `Corpus` is one. */
export interface TokenCorpus {
  /** One id a token. */
  readonly tokens: TokenIds;
  /** How many tokens the vocabulary lacks. */
  readonly unknownCount: number;
  /** Unicode code points of the text. */
  readonly characters: number;
  /** Bytes of the text as UTF-8. */
  readonly bytes: number;
  /** How many items it is; null for endless text. */
  readonly items: number | null;
}
