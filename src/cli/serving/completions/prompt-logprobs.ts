import { setImmediate } from 'node:timers/promises';
import { TargetReader, type TokenScore } from '../../../generation/target-reader.ts';
import { TextOut } from '../../../generation/text-out.ts';
import type { Prompt } from '../../model/prompt.ts';
import type { ServedModel } from '../served-model.ts';
import { type Logprobs, logprobsOf } from './logprobs.ts';

/** Tokens that are read without a pause for others. */
const UNIT = 256;

/** What the model thought of each token of a prompt after those before it; of the first it can't say. */
export async function promptLogprobs(
  { ids }: Prompt,
  { saved }: ServedModel,
  alternatives: number,
  signal: AbortSignal,
): Promise<Logprobs> {
  const reader = new TargetReader(saved.model, alternatives);
  const scores: TokenScore[] = [];
  let state = null;
  for (let start = 1; start < ids.length; start += UNIT) {
    const strand = { before: ids[start - 1], ids: ids.subarray(start, start + UNIT) };
    const read = reader.onward(strand, state);
    scores.push(...read.scores);
    state = read.state;
    await setImmediate();
    signal.throwIfAborted();
  }
  const out = new TextOut(saved);
  const tokens = Array.from(ids, (id, i) => {
    const offset = out.length;
    out.push(id);
    return { id, note: i === 0 ? null : noteOf(scores[i - 1]), offset };
  });
  return logprobsOf(saved.vocabulary, tokens);
}

function noteOf({ bits, alternatives }: TokenScore) {
  return { logProbability: -bits * Math.LN2, alternatives };
}
