import { PairTable } from './pair-table.ts';

/** The rules that apply to pairs of ids. */
export interface RankedMerges {
  /** The rank of a pair's rule; −1 if it has none. */
  rankOf(left: number, right: number): number;
  resultOf(rank: number): number;
}

/** The merge rules in order of priority. */
export class MergeRules implements RankedMerges {
  readonly #pairs = new PairTable();
  readonly #results: number[] = [];

  get size(): number {
    return this.#pairs.size;
  }

  /** Adds the next rule; returns false if the pair already has one. */
  add(left: number, right: number, result: number): boolean {
    const rank = this.#pairs.add(left, right);
    if (rank < this.#results.length) return false;
    this.#results.push(result);
    return true;
  }

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
