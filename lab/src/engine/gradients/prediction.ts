import { inputGradients, type RecurrentLM, rowNorms } from 'unrolled';
import type { Reading } from '../reading/reading.ts';
import type { PredictionGradients } from './calls.ts';

/** The most steps that a gradient goes back. */
export const MOST_STEPS = 2_000;

/** The gradient of log p of a token after a step of a reading. Index `step` + 1 of the reading is that step. */
export async function predictionGradients(
  model: RecurrentLM,
  reading: Reading,
  step: number,
  token: number,
): Promise<PredictionGradients> {
  const end = step + 2;
  const start = Math.max(end - MOST_STEPS, lastReset(reading, end));
  const ids = reading.encoded.ids.slice(start, end);
  const state = await reading.stateBefore(model, start);
  try {
    const { logProbability, norms, products, layers } = await inputGradients(model, ids, token, { state });
    return {
      start: start - 1,
      ...{ logProbability, inputs: norms, products },
      layers: layers.map(({ width, h, c }) => ({ h: rowNorms(h, width), c: c && rowNorms(c, width) })),
    };
  } finally {
    state.release();
  }
}

/** The last index before `end` whose step begins from the zero state. */
export function lastReset({ encoded: { resets } }: Reading, end: number): number {
  return Math.max(...[...resets].filter((index) => index < end));
}
