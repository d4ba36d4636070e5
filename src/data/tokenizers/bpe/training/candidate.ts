/** A pair of pieces that may become one. */
export interface Candidate {
  readonly pair: number;
  readonly left: number;
  readonly right: number;
  /** How often it occurred when it was put into the heap. */
  readonly count: number;
  /** The words in which it may occur. */
  readonly words: readonly number[];
}

/** The most frequent pair comes first, of equally frequent ones that of the smaller ids. */
export function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
}
