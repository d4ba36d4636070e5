import { UnrolledError } from '../../errors.ts';

/** One number for each of the V tokens: scores, or probabilities. */
export type Row = Float32Array<ArrayBufferLike> | Float64Array<ArrayBufferLike>;

/**
 * Scores become probabilities, in place: exp((score − largest)/temperature), divided by their sum.
 * Temperature 0 shares all between the largest.
 *
 * @throws when the largest score is not finite
 */
export function softmax(row: Row, temperature: number): void {
  const max = largest(row);
  let sum = 0;
  // Plain loops: with callbacks, the softmax took longer than the model's step.
  for (let id = 0; id < row.length; id++) {
    row[id] = temperature === 0 ? Number(row[id] === max) : Math.exp((row[id] - max) / temperature);
    sum += row[id];
  }
  for (let id = 0; id < row.length; id++) row[id] /= sum;
}

/** The largest score; throws when it is not finite. */
export function largest(row: Row): number {
  let max = row[0];
  for (let id = 1; id < row.length; id++) max = Math.max(max, row[id]);
  if (Number.isFinite(max)) return max;
  throw new UnrolledError(
    `sample: the largest score is ${max}; it must be finite. Ban fewer tokens, or check the weights.`,
  );
}
