import { inputGradients, type RecurrentLM, rowNorms } from 'unrolled';
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
    const text = ids.slice(start, end);
    const { logProbability, norms, products, layers } = await inputGradients(model, text, id, { state });
    return {
      ...{ first: start - 1, logProbability, norms, products },
      layers: layers.map(({ width, h, c }) => ({ h: rowNorms(h, width), c: c && rowNorms(c, width) })),
    };
  } finally {
    state.release();
  }
}
