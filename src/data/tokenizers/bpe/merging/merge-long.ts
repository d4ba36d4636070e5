import { Heap } from '../heap.ts';
import type { MergeRules } from './merge-rules.ts';

/** A rank times this plus a position is exact in float64: 2^22 rules, positions below 2^31. */
const POSITIONS = 2 ** 31;

/** Of rules, for that product. */
export const MAX_MERGES: number = 2 ** 22;

/** The same as `mergeShort` in n·log(n) steps: a heap of the pairs by rank and position, ids in a linked list. */
export function mergeLong(ids: Int32Array, count: number, rules: MergeRules): number {
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
    // The pair may have gone since it was offered.
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

/** Moves the ids that are left to the front. */
function pack(ids: Int32Array, count: number): number {
  let left = 0;
  for (let at = 0; at < count; at++) if (ids[at] >= 0) ids[left++] = ids[at];
  return left;
}
