import type { ReadingFacts } from '../../engine/reading/calls.ts';

/** Steps of a text as one block of truncated BPTT: `first` ≤ t < `end`. Step −1 reads the token before the text. */
export interface Block {
  readonly first: number;
  readonly end: number;
}

/** The number of steps that have a target: each but the one that reads the last token. */
export function trainableSteps({ ids }: Pick<ReadingFacts, 'ids'>): number {
  return ids.length;
}

/**
 * The block of at most T steps that ends with a step. It is shorter where the text begins, and where the state was set to 0: no
 * gradient passes there.
 */
export function blockAt({ resets }: Pick<ReadingFacts, 'resets'>, lastStep: number, T: number): Block {
  const reset = resets.findLast((step) => step <= lastStep) ?? -1;
  return { first: Math.max(reset, lastStep - T + 1), end: lastStep + 1 };
}

/** Whether a block boundary is before a step, if blocks of T steps follow each other in both directions from `block`. */
export function isCutBefore(step: number, { first, end }: Block, T: number): boolean {
  return step >= end ? (step - end) % T === 0 : step <= first && (first - step) % T === 0;
}
