import { UnrolledError } from '../errors.ts';
import type { Random } from '../tensor/random.ts';

export interface SampleOptions {
  /** Scores are divided by it: below 1 safer, above 1 bolder; 0 takes the likeliest. Default 1. */
  temperature?: number;
  /** Ids that must not come out, such as the unknown token's. */
  banned?: readonly number[];
}

/**
 * Softmax of the scores (V) of one step; the largest is subtracted first. Temperature 0 shares all
 * between the largest.
 * @throws when the temperature is negative or not finite, and when no finite score is left
 */
export function probabilities(
  scores: Float64Array,
  { temperature = 1, banned = [] }: SampleOptions = {},
): Float64Array {
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new UnrolledError(`sample: temperature is ${temperature}; it must be a finite number from 0 on.`);
  }
  const chances = scores.slice();
  for (const id of banned) chances[id] = Number.NEGATIVE_INFINITY;
  // Plain loops: with callbacks, the softmax took longer than the model's step.
  let max = chances[0];
  for (const score of chances) max = Math.max(max, score);
  if (!Number.isFinite(max)) {
    throw new UnrolledError(
      `sample: the largest score is ${max}; it must be finite. Ban fewer tokens, or check the weights.`,
    );
  }
  let sum = 0;
  for (let id = 0; id < chances.length; id++) {
    const score = chances[id];
    chances[id] = temperature === 0 ? Number(score === max) : Math.exp((score - max) / temperature);
    sum += chances[id];
  }
  for (let id = 0; id < chances.length; id++) chances[id] /= sum;
  return chances;
}

/** Draws the next token from its scores (V). Throws as `probabilities` does. */
export function sample(scores: Float64Array, random: Random, options: SampleOptions = {}): number {
  const chances = probabilities(scores, options);
  if (options.temperature === 0) return likeliest(chances, 1)[0].id;
  let rest = random.uniform();
  for (let id = 0; id < chances.length; id++) {
    rest -= chances[id];
    if (rest < 0 && chances[id] > 0) return id;
  }
  // Rounding can leave a sliver above the sum; it belongs to the last token that can come.
  return chances.findLastIndex((chance) => chance > 0);
}

/** The `count` tokens of highest probability, the likeliest first; of equals, the lower id first. */
export function likeliest(chances: Float64Array, count: number): { id: number; probability: number }[] {
  return Array.from(chances, (probability, id) => ({ id, probability }))
    .sort((a, b) => b.probability - a.probability || a.id - b.id)
    .slice(0, count);
}
