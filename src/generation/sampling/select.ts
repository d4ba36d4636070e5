import type { VocabularyRow } from './softmax.ts';

/**
 * Takes ids in falling order of their keys, of equals the lower id first, until their weights add up to
 * `target`: moves them to the front, in no order, and returns how many they are. All of them, where they
 * don't add up to it. `weights` null: each weighs 1.
 *
 * Quickselect (Hoare 1961) that follows the weights: O(n) on average, where sorting takes O(n·log n).
 */
export function selectUntil(
  ids: Int32Array,
  keys: VocabularyRow,
  target: number,
  weights: VocabularyRow | null = null,
): number {
  let [first, end, rest] = [0, ids.length, target];
  while (first < end) {
    const at = partition(ids, keys, first, end);
    let sum = 0;
    for (let i = first; i < at; i++) sum += weights ? weights[ids[i]] : 1;
    if (sum >= rest) {
      end = at;
      continue;
    }
    rest -= sum + (weights ? weights[ids[at]] : 1);
    first = at + 1;
    if (rest <= 0) break;
  }
  return first;
}

/** 0 … V − 1. */
export function allIds(V: number): Int32Array {
  const ids = new Int32Array(V);
  for (let id = 0; id < V; id++) ids[id] = id;
  return ids;
}

/**
 * Takes all probability from the tokens that `selectUntil` leaves out, but never from the first; those without any
 * don't count.
 */
export function keepUntil(
  chances: VocabularyRow,
  keys: VocabularyRow,
  target: number,
  weights: VocabularyRow | null = null,
): void {
  const ids = possible(chances);
  // A share of the sum may be too small for a number, and a target of 0 would leave nothing.
  const kept = selectUntil(ids, keys, Math.max(target, Number.MIN_VALUE), weights);
  for (let i = kept; i < ids.length; i++) chances[ids[i]] = 0;
}

export function sumOf(row: VocabularyRow): number {
  let sum = 0;
  for (let id = 0; id < row.length; id++) sum += row[id];
  return sum;
}

/** The ids of the tokens that can come. */
function possible(chances: VocabularyRow): Int32Array {
  const ids = new Int32Array(chances.length);
  let count = 0;
  for (let id = 0; id < chances.length; id++) if (chances[id] > 0) ids[count++] = id;
  return ids.subarray(0, count);
}

/** Parts ids from `first` to before `end` at the one in their middle; returns its new place. */
function partition(ids: Int32Array, keys: VocabularyRow, first: number, end: number): number {
  const middle = (first + end) >> 1;
  const pivot = ids[middle];
  const key = keys[pivot];
  ids[middle] = ids[end - 1];
  let at = first;
  for (let i = first; i < end - 1; i++) {
    const id = ids[i];
    if (keys[id] > key || (keys[id] === key && id < pivot)) {
      ids[i] = ids[at];
      ids[at++] = id;
    }
  }
  ids[end - 1] = ids[at];
  ids[at] = pivot;
  return at;
}
