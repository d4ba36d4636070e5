import { Heap } from '../heap.ts';
import type { RankedMerges } from './merge-rules.ts';

/** rank · POSITIONS + position is exact in float64: below 2^22 ranks and 2^31 positions. */
const POSITIONS = 2 ** 31;

/** Maximum number of merges, so that this product is exact. */
export const MAX_MERGES: number = 2 ** 22;

/** `mergeShort` in O(n·log n): a heap of pairs by rank and position, over a linked list of ids. */
export function mergeLong(ids: Int32Array, count: number, rules: RankedMerges): number {
  const next = Int32Array.from({ length: count }, (_, at) => at + 1);
  const previous = Int32Array.from({ length: count }, (_, at) => at - 1);
  const heap = new Heap<number>((a, b) => a < b);
  const offer = (at: number) => {
    if (at < 0 || next[at] >= count) return;
    const rank = rules.rankOf(ids[at], ids[next[at]]);
    if (rank >= 0) heap.push(rank * POSITIONS + at);
  };
  for (let at = 0; at < count; at++) offer(at);
  for (let key = heap.pop(); key !== undefined; key = heap.pop()) {
    const at = key % POSITIONS;
    const right = next[at];
    // The pair may have been merged away since it was pushed.
    if (ids[at] < 0 || right >= count) continue;
    const rank = rules.rankOf(ids[at], ids[right]);
    if (rank !== (key - at) / POSITIONS) continue;
    ids[at] = rules.resultOf(rank);
    ids[right] = -1;
    next[at] = next[right];
    if (next[at] < count) previous[next[at]] = at;
    offer(previous[at]);
    offer(at);
  }
  return pack(ids, count);
}

/** Moves the remaining ids to the front and returns their number. */
function pack(ids: Int32Array, count: number): number {
  let left = 0;
  for (let at = 0; at < count; at++) if (ids[at] >= 0) ids[left++] = ids[at];
  return left;
}
