import { UnrolledError } from '../../errors.ts';
import type { Random } from '../../tensor/random.ts';
import { minP, topK, topP, typical } from './filters.ts';
import { allIds, selectUntil, sumOf } from './select.ts';
import { largest, softmax, type VocabularyRow } from './softmax.ts';

/**
 * How a token is chosen from the scores. In this order: banned tokens out, softmax with temperature,
 * top-k, top-p, min-p, typical; each shares among what the one before left. Then one is drawn.
 */
export interface SampleOptions {
  /** Scores are divided by it: below 1 safer, above 1 bolder; 0 takes the likeliest. Default 1. */
  temperature?: number;
  /** Ids that must not come out, such as the unknown token's. */
  banned?: readonly number[];
  /** Only the k likeliest. Default: all. */
  topK?: number;
  /** Only the likeliest that have this share of the probability together, above 0. Default 1: all. */
  topP?: number;
  /** Only those at least this share as likely as the likeliest, from 0 to 1. Default 0: all. */
  minP?: number;
  /** Only those of the most expected surprise that have this share together, above 0. Default 1: all. */
  typical?: number;
}

/**
 * The probabilities (V) by which the next token is drawn from the scores (V) of one step.
 * @throws when an option is out of its range, and when no finite score is left
 */
export function probabilities<R extends VocabularyRow>(scores: R, options: SampleOptions = {}): R {
  checkOptions(options);
  const chances = scores.slice() as R;
  weigh(chances, options);
  const sum = sumOf(chances);
  for (let id = 0; id < chances.length; id++) chances[id] /= sum;
  return chances;
}

/** Draws the next token from its scores (V). Throws as `probabilities` does. */
export function sample(scores: VocabularyRow, random: Random, options: SampleOptions = {}): number {
  checkOptions(options);
  const row = scores.slice();
  if (options.temperature === 0) {
    ban(row, options.banned);
    return row.indexOf(largest(row));
  }
  weigh(row, options);
  return drawFrom(row, random);
}

/** Draws a token by shares (V) of any sum above 0. */
export function drawFrom(shares: VocabularyRow, random: Random): number {
  let rest = random.uniform() * sumOf(shares);
  for (let id = 0; id < shares.length; id++) {
    rest -= shares[id];
    if (rest < 0) return id;
  }
  // Rounding can leave a sliver above the sum; it belongs to the last token that can come.
  return shares.findLastIndex((share) => share > 0);
}

/**
 * The `count` tokens of highest probability, the likeliest first; of equals, the lower id first.
 * @param ids the only ones that count, which are put into another order. Default: all
 */
export function likeliest(
  chances: VocabularyRow,
  count: number,
  ids: Int32Array = allIds(chances.length),
): { id: number; probability: number }[] {
  return Array.from(ids.subarray(0, selectUntil(ids, chances, count)))
    .sort((a, b) => chances[b] - chances[a] || a - b)
    .map((id) => ({ id, probability: chances[id] }));
}

/** Scores become the shares of the tokens that can come, one at least, in place; their sum is at most 1. */
function weigh(row: VocabularyRow, options: SampleOptions): void {
  ban(row, options.banned);
  softmax(row, options.temperature ?? 1);
  cut(row, options);
}

/** Takes the tokens away that the options leave no probability, in place. */
export function cut(row: VocabularyRow, options: SampleOptions): void {
  if (options.topK !== undefined) topK(row, options.topK);
  if (options.topP !== undefined) topP(row, options.topP);
  if (options.minP !== undefined) minP(row, options.minP);
  if (options.typical !== undefined) typical(row, options.typical);
}

/** Takes tokens out of the choice. */
function ban(scores: VocabularyRow, banned: readonly number[] = []): void {
  for (const id of banned) scores[id] = Number.NEGATIVE_INFINITY;
}

/** Throws for an option that is out of its range. */
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
    refuse('temperature', temperature, 'a finite number from 0 on');
  }
  if (!(Number.isInteger(topK) && topK > 0)) refuse('topK', topK, 'a positive integer');
  if (!(p > 0 && p <= 1)) refuse('topP', p, 'above 0, and 1 at most');
  if (!(least >= 0 && least <= 1)) refuse('minP', least, 'from 0 to 1');
  if (!(mass > 0 && mass <= 1)) refuse('typical', mass, 'above 0, and 1 at most');
}

/** Whether tokens are taken away by what the others' chances are, so that all chances must be known first. */
export function cuts({ topK: k, topP: p, minP: least, typical: mass }: SampleOptions): boolean {
  return [k, p, least, mass].some((option) => option !== undefined);
}
