import { inputGradients, type RecurrentLM } from 'unrolled';
import type { Reading } from '../reading/reading.ts';
import type { Influence } from './calls.ts';

/** The most tokens before a prediction that are considered. */
const MOST_TOKENS = 2_000;

/**
 * How much the tokens up to a step of a reading matter for a token that is predicted there. Tokens before a reset of the state
 * can't matter, so the text begins at the last one.
 */
export async function influenceOn(
  model: RecurrentLM,
  reading: Reading,
  step: number,
  id: number,
): Promise<Influence> {
  const { ids, resets } = reading.encoded;
  const end = step + 2;
  let start = end - 1;
  while (start > 0 && !resets.has(start) && end - start < MOST_TOKENS) start--;
  const state = await reading.stateBefore(model, start);
  try {
    const { logProbability, norms, products } = await inputGradients(model, ids.slice(start, end), id, {
      state,
    });
    return { first: start - 1, logProbability, norms, products };
  } finally {
    state.release();
  }
}
