import type { TokenIds } from './batches/token-ids.ts';

/** An encoded text, in memory or in a file, with the counts needed to report losses. A `Corpus` is one. */
export interface TokenCorpus {
  /** One id per token. */
  readonly tokens: TokenIds;
  /** Number of out-of-vocabulary tokens. */
  readonly unknownCount: number;
  /** Number of Unicode code points of the text. */
  readonly characters: number;
  /** Number of UTF-8 bytes of the text. */
  readonly bytes: number;
  /** Number of items; null for continuous text. */
  readonly items: number | null;
}
