import {
  inputGradients,
  mostLikely,
  probabilities,
  type RecurrentLM,
  rowNorms,
  type SavedModel,
} from 'unrolled';
import { encodeText } from '../reading/encoded-text.ts';
import { Reading } from '../reading/reading.ts';
import { lastReset } from '../reading/resets.ts';
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
  const { ids, ends, resets } = reading.encoded;
  const end = step + 2;
  const start = Math.max(lastReset(resets, end - 1), end - MOST_TOKENS);
  const endOf = (token: number) => ends[token] ?? 0;
  const distances = Int32Array.from({ length: end - start }, (_, t) => endOf(step) - endOf(start - 1 + t));
  const state = await reading.stateBefore(model, start);
  try {
    const text = ids.slice(start, end);
    const { logProbability, norms, products, layers } = await inputGradients(model, text, id, { state });
    return {
      ...{ first: start - 1, id, distances, logProbability, norms, products },
      layers: layers.map(({ width, h, c }) => ({ h: rowNorms(h, width), c: c && rowNorms(c, width) })),
    };
  } finally {
    state.release();
  }
}

/** The same for the token that follows the first `end` characters of a text, or for the most likely one at its end. */
export async function influenceAt(
  saved: SavedModel,
  text: string,
  end: number,
  signal: AbortSignal,
): Promise<Influence> {
  const encoded = encodeText(saved, text);
  const reading = await Reading.read(saved.model, encoded, () => {}, signal);
  const after = encoded.ends.findIndex((tokenEnd) => tokenEnd > end);
  const step = (after < 0 ? encoded.ends.length : after) - 1;
  const id = encoded.ids[step + 2] ?? (await likeliest(saved.model, reading, step, signal));
  return influenceOn(saved.model, reading, step, id);
}

async function likeliest(
  model: RecurrentLM,
  reading: Reading,
  step: number,
  signal: AbortSignal,
): Promise<number> {
  for await (const { logits } of reading.trace(model, step + 1, step + 2, { logits: true }, signal))
    return mostLikely(probabilities(Float64Array.from(logits ?? [])), 1)[0].id;
  return 0;
}
