/** The longest substring that V8 copies; longer ones keep their whole text in memory. */
const MAX_COPIED = 12;

/** Counts the tokens of a long text in bounded memory, in order of first appearance. */
export class TokenCounts {
  readonly counts: Map<string, number> = new Map();
  readonly #most: number;
  #pruned = 0;

  /** @param most maximum number of distinct tokens; beyond it at least half of them, the rarest, are pruned */
  constructor(most: number) {
    this.#most = most;
  }

  /** Number of pruned tokens; a token pruned repeatedly counts each time. */
  get pruned(): number {
    return this.#pruned;
  }

  /** Counts at most `limit` tokens and returns the number counted. */
  add(tokens: Iterable<string>, limit: number): number {
    let added = 0;
    for (const token of tokens) {
      if (added === limit) break;
      added += 1;
      const count = this.counts.get(token);
      if (count !== undefined) this.counts.set(token, count + 1);
      else this.#begin(token);
    }
    return added;
  }

  #begin(token: string): void {
    if (this.counts.size >= this.#most) this.#prune();
    this.counts.set(token.length > MAX_COPIED ? structuredClone(token) : token, 1);
  }

  #prune(): void {
    const before = this.counts.size;
    for (let rare = 1; this.counts.size > this.#most / 2; rare *= 2) {
      for (const [token, count] of this.counts) if (count <= rare) this.counts.delete(token);
    }
    this.#pruned += before - this.counts.size;
  }
}
