import { UnrolledError } from '../errors.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { Random } from '../tensor/random.ts';
import { type SampleOptions, sample } from './sample.ts';

/** How many tokens of a prompt are read at once: bounds the states held, N·T·H. */
const BLOCK = 64;

export interface GenerateOptions extends SampleOptions {
  /** The ids that come before: each is read once, in order. At least one. */
  prompt: Int32Array;
  random: Random;
}

/** The scores (V) of what follows `ids`, read as one stream that goes on from the model's state. */
export function scoresAfter(model: RecurrentLM, ids: Int32Array): Float64Array {
  if (ids.length === 0) {
    throw new UnrolledError('generate: the prompt has no token; it needs one at least to go on from.');
  }
  let scores: Float64Array = new Float64Array();
  for (let start = 0; start < ids.length; start += BLOCK) {
    const block = ids.subarray(start, start + BLOCK);
    const T = block.length;
    const { xs } = model.place({ N: 1, T, xs: block, ts: block });
    scores = model.predictNext(xs).values(); // (1, 1, V)
  }
  return scores;
}

/**
 * Endless ids, one at a time: each is drawn from the scores after all before it, and read once.
 * The carried state does the remembering: a token costs the same however long the text has become.
 */
export function* generate(model: RecurrentLM, options: GenerateOptions): Generator<number, never> {
  model.resetState();
  let scores = scoresAfter(model, options.prompt);
  for (;;) {
    const id = sample(scores, options.random, options);
    yield id;
    scores = scoresAfter(model, Int32Array.of(id));
  }
}
