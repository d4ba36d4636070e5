import type { TensorView } from '../tensor/tensor.ts';

/** A token that might have come. */
export interface Alternative {
  readonly id: number;
  readonly probability: number;
}

/** 1 + the number of tokens with a higher score than `id`; scores (V). */
export function rankOf(scores: TensorView, id: number): number {
  const own = scores[id];
  let rank = 1;
  for (let v = 0; v < scores.length; v++) if (scores[v] > own) rank++;
  return rank;
}

/**
 * The `count` tokens of highest score, the likeliest first; of equals, the lower id first.
 * @param total log Σ exp of the scores (V): a probability is e^(score − total)
 */
export function likeliestOf(scores: TensorView, total: number, count: number): Alternative[] {
  const ids: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < scores.length; id++) {
    if (scores[id] <= least) continue;
    let place = ids.length;
    while (place > 0 && scores[ids[place - 1]] < scores[id]) place--;
    ids.splice(place, 0, id);
    if (ids.length > count) ids.pop();
    if (ids.length === count) least = count === 0 ? Number.POSITIVE_INFINITY : scores[ids[count - 1]];
  }
  return ids.map((id) => ({ id, probability: Math.exp(scores[id] - total) }));
}
