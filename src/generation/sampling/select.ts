import type { VocabularyRow } from './softmax.ts';

/**
 * Selects ids by descending key, ties by lower id, until their weights sum to `target`. Moves the selected ids to the
 * front, unordered, and returns their number. Selects all if the total is below `target`. With `weights` null, every
 * id has weight 1.
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

/** The ids 0 … V − 1. */
export function allIds(V: number): Int32Array {
  const ids = new Int32Array(V);
  for (let id = 0; id < V; id++) ids[id] = id;
  return ids;
}

/**
 * Zeroes the probabilities of the tokens that `selectUntil` leaves out, but always keeps the first one.
 * Ignores tokens of probability 0.
 */
export function keepUntil(
  probs: VocabularyRow,
  keys: VocabularyRow,
  target: number,
  weights: VocabularyRow | null = null,
): void {
  const ids = possible(probs);
  // A fraction of the sum may underflow, and a target of 0 would leave nothing.
  const kept = selectUntil(ids, keys, Math.max(target, Number.MIN_VALUE), weights);
  for (let i = kept; i < ids.length; i++) probs[ids[i]] = 0;
}

export function sumOf(row: VocabularyRow): number {
  let sum = 0;
  for (let id = 0; id < row.length; id++) sum += row[id];
  return sum;
}

/** The ids of the tokens of positive probability. */
function possible(probs: VocabularyRow): Int32Array {
  const ids = new Int32Array(probs.length);
  let count = 0;
  for (let id = 0; id < probs.length; id++) if (probs[id] > 0) ids[count++] = id;
  return ids.subarray(0, count);
}

/** Partitions ids from `first` to before `end` around the middle one; returns its new index. */
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
