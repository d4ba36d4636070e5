import type { Vocabulary } from '../../../data/vocabulary/vocabulary.ts';
import { type TokenRecord, tokenRecord } from '../records.ts';
import { type CompactLine, type ScoredLine, scoredLine } from '../scored-line.ts';
import type { RowLevel } from './row-level.ts';

/** A token in its line. */
export interface TokenRow {
  readonly line: ScoredLine;
  readonly index: number;
}

/** One row per token. */
export class TokenRows implements RowLevel<TokenRow> {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  rowsOf(scored: ScoredLine | CompactLine): TokenRow[] {
    const line = scoredLine(scored);
    return line.tokens.map((_, index) => ({ line, index }));
  }

  surprise({ line, index }: TokenRow): number {
    return line.tokens[index].bits;
  }

  record({ line, index }: TokenRow): TokenRecord {
    return tokenRecord(line, index, this.#vocabulary);
  }
}
