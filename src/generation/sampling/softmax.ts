import { UnrolledError } from '../../errors.ts';

/**
 * Times a difference of scores that can be told apart, the one is beyond any exponent; times 0 it is 0. The other
 * leaves no difference, and is none of the numbers that float32 takes for 0.
 */
const [COLDEST, HOTTEST] = [1e30, 1e-30];

/** One number for each of the V tokens: scores, or probabilities. */
export type VocabularyRow = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/**
 * Scores become probabilities, in place: exp((score − largest)/temperature), divided by their sum.
 * Temperature 0 shares all between the largest.
 *
 * @throws when the largest score is not finite
 */
export function softmax(row: VocabularyRow, temperature: number): void {
  const max = largest(row);
  let sum = 0;
  // Plain loops: with callbacks, the softmax took longer than the model's step.
  for (let id = 0; id < row.length; id++) {
    row[id] = temperature === 0 ? Number(row[id] === max) : Math.exp((row[id] - max) / temperature);
    sum += row[id];
  }
  for (let id = 0; id < row.length; id++) row[id] /= sum;
}

/** What scores are multiplied by at a temperature above 0. */
export function scaleOf(temperature: number): number {
  return Math.min(Math.max(1 / temperature, HOTTEST), COLDEST);
}

/** The largest score; throws when it is not finite. */
export function largest(row: VocabularyRow): number {
  let max = row[0];
  for (let id = 1; id < row.length; id++) max = Math.max(max, row[id]);
  if (Number.isFinite(max)) return max;
  throw new UnrolledError(
    max === -Infinity ? 'option-value' : 'not-finite',
    `sample: the largest score is ${max}; it must be finite. Ban fewer tokens, or check the weights.`,
  );
}

/** log Σ exp of a row. */
export function logSumExp(row: VocabularyRow): number {
  const max = largest(row);
  let sum = 0;
  for (let id = 0; id < row.length; id++) sum += Math.exp(row[id] - max);
  return max + Math.log(sum);
}
