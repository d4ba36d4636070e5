/** A candidate pair for the next merge. */
export interface Candidate {
  readonly pair: number;
  readonly left: number;
  readonly right: number;
  /** Its number of occurrences when it was pushed onto the heap. */
  readonly count: number;
  /** The words in which it may occur. */
  readonly words: readonly number[];
}

/** The most frequent pair first, ties by smaller ids. */
export function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
}
