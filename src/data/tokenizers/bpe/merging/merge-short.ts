import type { MergeRules } from './merge-rules.ts';

/** Up to this number of pieces every pair is compared, which takes quadratic time. */
export const MAX_SHORT = 64;

const ranks: Int32Array = new Int32Array(MAX_SHORT);

/**
 * Merges the first `count` ids in place, the pair with the lowest rank first, ties from the left, until no rule applies.
 * Returns the number of remaining ids.
 */
export function mergeShort(ids: Int32Array, count: number, rules: MergeRules): number {
  let last = count - 1;
  for (let at = 0; at < last; at++) ranks[at] = rules.rankOf(ids[at], ids[at + 1]);
  for (;;) {
    let best = -1;
    for (let at = 0; at < last; at++) {
      if (ranks[at] >= 0 && (best < 0 || ranks[at] < ranks[best])) best = at;
    }
    if (best < 0) return last + 1;
    ids[best] = rules.resultOf(ranks[best]);
    for (let at = best + 1; at < last; at++) {
      ids[at] = ids[at + 1];
      ranks[at] = ranks[at + 1];
    }
    last--;
    if (best > 0) ranks[best - 1] = rules.rankOf(ids[best - 1], ids[best]);
    if (best < last) ranks[best] = rules.rankOf(ids[best], ids[best + 1]);
  }
}
