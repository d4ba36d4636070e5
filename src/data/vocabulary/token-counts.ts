/** The longest string that V8 copies when it is cut out of another one; longer ones keep that text in memory. */
const MAX_COPIED = 12;

/** How often each token of a long text occurs, in bounded memory, in order of first appearance. */
export class TokenCounts {
  readonly counts: Map<string, number> = new Map();
  readonly #most: number;
  #pruned = 0;

  /** @param most different tokens that are counted exactly; above, the rarest are taken out, half of them at least */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many rare tokens were taken out; one that came again was taken out again. */
  get pruned(): number {
    return this.#pruned;
  }

  /** @param limit how many tokens are counted at most. Returns how many were */
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
