import { UnrolledError } from '../../errors.ts';

/**
 * Clamps for 1/T: the large one acts as argmax, as its product with any difference of logits exceeds
 * every exponent; the small one acts as uniform, and is not 0 in float32.
 */
const [COLDEST, HOTTEST] = [1e30, 1e-30];

/** One number for each of the V tokens: logits, or probabilities. */
export type VocabularyRow = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/**
 * Turns logits into probabilities, in place: exp((logit − largest)/temperature), divided by the sum. At
 * temperature 0, uniform over the largest.
 *
 * @param banned the ids whose logits were set to −∞. Default: none
 * @throws when the largest logit is not finite
 */
export function softmax(row: VocabularyRow, temperature: number, banned: readonly number[] = []): void {
  const max = largest(row, banned);
  let sum = 0;
  // Plain loops: with callbacks, the softmax took longer than the model's step.
  for (let id = 0; id < row.length; id++) {
    row[id] = temperature === 0 ? Number(row[id] === max) : Math.exp((row[id] - max) / temperature);
    sum += row[id];
  }
  for (let id = 0; id < row.length; id++) row[id] /= sum;
}

/** The factor of the logits at a temperature above 0. */
export function scaleOf(temperature: number): number {
  return Math.min(Math.max(1 / temperature, HOTTEST), COLDEST);
}

/**
 * The largest logit; throws when it is not finite, be it that every token is banned, or the weights are at fault.
 * @param banned the ids whose logits were set to −∞. Default: none
 */
export function largest(row: VocabularyRow, banned: readonly number[] = []): number {
  let max = row[0];
  for (let id = 1; id < row.length; id++) max = Math.max(max, row[id]);
  if (Number.isFinite(max)) return max;
  if (new Set(banned).size >= row.length) {
    throw new UnrolledError(
      'option-value',
      `sample: all ${row.length} tokens are banned; one at least must be left. Ban fewer tokens.`,
    );
  }
  throw new UnrolledError(
    'not-finite',
    `sample: the largest score is ${max}; it must be finite. The weights are too large: use another model.`,
  );
}

/** log Σ exp of a row. @param banned the ids whose logits were set to −∞. Default: none */
export function logSumExp(row: VocabularyRow, banned: readonly number[] = []): number {
  const max = largest(row, banned);
  let sum = 0;
  for (let id = 0; id < row.length; id++) sum += Math.exp(row[id] - max);
  return max + Math.log(sum);
}
