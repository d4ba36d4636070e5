import { PairTable } from './pair-table.ts';

/** Which pairs of pieces merge into which, the earlier ones first. */
export class MergeRules {
  readonly #pairs = new PairTable();
  readonly #results: number[] = [];

  get size(): number {
    return this.#pairs.size;
  }

  /** Adds the next rule; false where the pair has one already. */
  add(left: number, right: number, result: number): boolean {
    const rank = this.#pairs.add(left, right);
    if (rank < this.#results.length) return false;
    this.#results.push(result);
    return true;
  }

  /** The rank of the rule for a pair; -1 where there is none. */
  rankOf(left: number, right: number): number {
    return this.#pairs.indexOf(left, right);
  }

  resultOf(rank: number): number {
    return this.#results[rank];
  }

  pairAt(rank: number): [number, number] {
    return [this.#pairs.left(rank), this.#pairs.right(rank)];
  }
}
