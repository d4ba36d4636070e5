import { AlternativeTable } from '../../generation/scoring/tables/alternative-table.ts';
import type { TokenLogprobs } from '../../generation/writing/writer.ts';

/** A token with its log-probabilities. */
export interface TokenEntry {
  readonly id: number;
  /** null for a token without context. */
  readonly logprobs: TokenLogprobs | null;
  /** Its start in the text, in code points. */
  readonly offset: number;
}

/** The log-probabilities of tokens, in typed arrays: 16 bytes per token and 12 per alternative. */
export class LogprobTable implements Iterable<TokenEntry> {
  readonly #rows: AlternativeTable;

  /** @param alternatives the maximum number per token */
  constructor(alternatives: number) {
    this.#rows = new AlternativeTable(2, alternatives);
  }

  /** Number of tokens. */
  get length(): number {
    return this.#rows.length;
  }

  push({ id, logprobs, offset }: TokenEntry): void {
    this.#rows.push(logprobs?.logProbability ?? Number.NaN, [id, offset], logprobs?.alternatives ?? []);
  }

  *[Symbol.iterator](): Generator<TokenEntry> {
    for (let row = 0; row < this.#rows.length; row++) {
      const logProbability = this.#rows.number(row);
      const [id, offset] = [this.#rows.int(row, 0), this.#rows.int(row, 1)];
      const isKnown = !Number.isNaN(logProbability);
      const logprobs = isKnown ? { logProbability, alternatives: this.#rows.alternatives(row) } : null;
      yield { id, logprobs, offset };
    }
  }
}
