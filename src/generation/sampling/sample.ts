import { UnrolledError } from '../../errors.ts';
import { checkNumbers, optionsOf } from '../../kinds.ts';
import { checkRandom, type Random } from '../../tensor/random.ts';
import { minP, topK, topP, typical } from './filters.ts';
import { allIds, selectUntil, sumOf } from './select.ts';
import { largest, softmax, type VocabularyRow } from './softmax.ts';

/**
 * How a token is sampled from the logits: remove banned tokens, softmax with temperature, then top-k, top-p, min-p and
 * typical filters in this order, each on the result of the one before. Then a token is drawn.
 */
export interface SampleOptions {
  /** The divisor of the logits: below 1 favours likely tokens, above 1 unlikely ones; 0 takes the most likely token. Default 1. */
  temperature?: number;
  /** Ids that must not be drawn, such as the unknown token's. */
  banned?: readonly number[];
  /** Top-k: only the k most likely tokens. Default: all. */
  topK?: number;
  /** Top-p: only the most likely tokens, up to this total probability, above 0. Default 1: all. */
  topP?: number;
  /** Min-p: only tokens of at least this fraction of the highest probability, from 0 to 1. Default 0: all. */
  minP?: number;
  /**
   * Typical: only the tokens whose surprisal is closest to the entropy, up to this total probability. Default 1: all.
   */
  typical?: number;
}

/**
 * Returns the probabilities (V) from which the next token is drawn, given the logits (V).
 * @throws {UnrolledError} code `option-value` when an option is out of range or all tokens are banned, `not-finite` when the
 * largest logit is not finite
 */
export function probabilities<R extends VocabularyRow>(scores: R, options: SampleOptions = {}): R {
  checkNumbers('probabilities', 'the logits', scores);
  checkOptions(optionsOf('probabilities', options));
  const probs = scores.slice() as R;
  toProbabilities(probs, options);
  const sum = sumOf(probs);
  for (let id = 0; id < probs.length; id++) probs[id] /= sum;
  return probs;
}

/**
 * Draws the next token given the logits (V) and returns its id.
 * @throws {UnrolledError} code `option-value` when an option is out of its range; `not-finite` when no finite logit is left
 */
export function sample(scores: VocabularyRow, random: Random, options: SampleOptions = {}): number {
  checkNumbers('sample', 'the logits', scores);
  checkRandom('sample', random);
  checkOptions(optionsOf('sample', options));
  const row = scores.slice();
  if (options.temperature === 0) {
    ban(row, options.banned);
    return row.indexOf(largest(row, options.banned));
  }
  toProbabilities(row, options);
  return drawFrom(row, random);
}

/** Draws a token in proportion to weights (V) of any positive sum. */
export function drawFrom(weights: VocabularyRow, random: Random): number {
  let rest = random.uniform() * sumOf(weights);
  for (let id = 0; id < weights.length; id++) {
    rest -= weights[id];
    if (rest < 0) return id;
  }
  // Rounding can leave a remainder; it belongs to the last token of positive weight.
  return weights.findLastIndex((weight) => weight > 0);
}

/**
 * Returns the `count` most likely tokens, most likely first, ties by lower id.
 * @param among the candidate ids; the array is reordered. Default: all tokens
 * @throws {UnrolledError} code `option-value` when `probs` is not an array of numbers
 */
export function mostLikely(
  probs: VocabularyRow,
  count: number,
  among?: Int32Array,
): { id: number; probability: number }[] {
  checkNumbers('mostLikely', 'the probabilities', probs);
  const ids = among ?? allIds(probs.length);
  return Array.from(ids.subarray(0, selectUntil(ids, probs, count)))
    .sort((a, b) => probs[b] - probs[a] || a - b)
    .map((id) => ({ id, probability: probs[id] }));
}

/** Converts logits to filtered probabilities, in place; their sum is above 0 and at most 1. */
function toProbabilities(row: VocabularyRow, options: SampleOptions): void {
  ban(row, options.banned);
  softmax(row, options.temperature ?? 1, options.banned);
  applyFilters(row, options);
}

/** Applies the filters of the options, in place. */
export function applyFilters(row: VocabularyRow, options: SampleOptions): void {
  if (options.topK !== undefined) topK(row, options.topK);
  if (options.topP !== undefined) topP(row, options.topP);
  if (options.minP !== undefined) minP(row, options.minP);
  if (options.typical !== undefined) typical(row, options.typical);
}

/** Excludes tokens. */
function ban(scores: VocabularyRow, banned: readonly number[] = []): void {
  for (const id of banned) scores[id] = Number.NEGATIVE_INFINITY;
}

/** Throws for an option that is out of range. */
export function checkOptions({
  temperature = 1,
  topK = 1,
  topP: p = 1,
  minP: least = 0,
  typical: mass = 1,
}: SampleOptions): void {
  const refuse = (name: string, value: number, needs: string): never => {
    throw new UnrolledError('option-value', `sample: ${name} is ${value}; it must be ${needs}.`);
  };
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    refuse('temperature', temperature, 'a finite number ≥ 0');
  }
  if (!(Number.isInteger(topK) && topK > 0)) refuse('topK', topK, 'a positive integer');
  if (!(p > 0 && p <= 1)) refuse('topP', p, 'above 0 and at most 1');
  if (!(least >= 0 && least <= 1)) refuse('minP', least, 'from 0 to 1');
  if (!(mass > 0 && mass <= 1)) refuse('typical', mass, 'above 0 and at most 1');
}

/** Whether a filter is set, so that all probabilities must be computed first. */
export function hasFilters({ topK: k, topP: p, minP: least, typical: mass }: SampleOptions): boolean {
  return [k, p, least, mass].some((option) => option !== undefined);
}
