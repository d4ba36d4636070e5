import { UnrolledError } from '../../errors.ts';

/**
 * Clamps for 1/T: large enough to act as argmax, small enough to act as uniform without being 0 in
 * float32.
 */
const [COLDEST, HOTTEST] = [1e30, 1e-30];

/** One number per token (V): logits or probabilities. */
export type VocabularyRow = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/**
 * Softmax in place: exp((logit − max)/temperature), normalised. At temperature 0, uniform over the largest logits.
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

/** The factor 1/T of the logits, for a temperature above 0. */
export function scaleOf(temperature: number): number {
  return Math.min(Math.max(1 / temperature, HOTTEST), COLDEST);
}

/**
 * The largest logit. Throws when it is not finite, because all tokens are banned or the weights have overflowed.
 * @param banned the ids whose logits were set to −∞. Default: none
 */
export function largest(row: VocabularyRow, banned: readonly number[] = []): number {
  let max = row[0];
  for (let id = 1; id < row.length; id++) max = Math.max(max, row[id]);
  if (Number.isFinite(max)) return max;
  if (new Set(banned).size >= row.length) {
    throw new UnrolledError(
      'option-value',
      `sample: all ${row.length} tokens are banned; at least one must be allowed. Ban fewer tokens.`,
    );
  }
  throw new UnrolledError(
    'not-finite',
    `sample: the largest logit is ${max}; it must be finite. The weights are too large: use another model.`,
  );
}

/** log Σ exp of a row of logits. @param banned the ids whose logits were set to −∞. Default: none */
export function logSumExp(row: VocabularyRow, banned: readonly number[] = []): number {
  const max = largest(row, banned);
  let sum = 0;
  for (let id = 0; id < row.length; id++) sum += Math.exp(row[id] - max);
  return max + Math.log(sum);
}
