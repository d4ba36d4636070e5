import type { TokenScore } from '../target-scorer.ts';
import { AlternativeTable } from './alternative-table.ts';

/** The rank of a token without one; ranks start at 1. */
const NO_RANK = 0;

/** The scores of tokens, in typed arrays: 12 bytes per token and 12 per alternative. */
export class ScoreTable {
  readonly #rows: AlternativeTable;

  /** @param alternatives the maximum number per token */
  constructor(alternatives: number) {
    this.#rows = new AlternativeTable(1, alternatives);
  }

  /** Number of tokens. */
  get length(): number {
    return this.#rows.length;
  }

  push({ bits, rank, alternatives }: TokenScore): void {
    this.#rows.push(bits, [rank ?? NO_RANK], alternatives);
  }

  at(index: number): TokenScore {
    const rank = this.#rows.int(index, 0);
    return {
      bits: this.#rows.number(index),
      rank: rank === NO_RANK ? null : rank,
      alternatives: this.#rows.alternatives(index),
    };
  }
}
