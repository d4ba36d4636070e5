import type { Turns } from '../../generation/scoring/scheduler.ts';
import { TargetReader, type TokenScore } from '../../generation/scoring/target-reader.ts';
import type { Prompt } from '../../generation/writing/prompt.ts';
import type { SavedModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { type Logprobs, logprobsOf } from './logprobs.ts';

/** What the model thought of each token of a prompt after those before it; of the first it can't say. */
export async function promptLogprobs(
  prompt: Prompt,
  saved: SavedModel,
  alternatives: number,
  turns: Turns,
): Promise<Logprobs> {
  const { ids } = prompt;
  const reader = new TargetReader(saved.model, alternatives);
  const scores: TokenScore[] = [];
  let state: State | null = null;
  for (let start = 1; start < ids.length; start += turns.tokens) {
    const strand = { before: ids[start - 1], ids: ids.subarray(start, start + turns.tokens) };
    const read = await turns.take(() => reader.onward(strand, state));
    scores.push(...read.scores);
    state = read.state;
  }
  state?.release();
  const offsets = offsetsOf(prompt, saved);
  const tokens = Array.from(ids, (id, i) => {
    return { id, note: i === 0 ? null : noteOf(scores[i - 1]), offset: offsets[i] };
  });
  return logprobsOf(saved.vocabulary, tokens);
}

/** Where each token begins in the text as it was given: right behind the one before. */
function offsetsOf({ text, ids }: Prompt, { tokenizer, vocabulary }: SavedModel): number[] {
  const given = [...tokenizer.tokenize(text)];
  // Ids may be what no text gives, such as half a character or an unknown one.
  const tokens = given.length === ids.length ? given : Array.from(ids, (id) => vocabulary.tokenOf(id));
  const decoder = tokenizer.decoder();
  let end = 0;
  return tokens.map((token) => {
    const begin = end;
    const piece = decoder.push(token);
    const written = piece.trimStart() || piece;
    const at = text.indexOf(written, begin);
    if (at >= 0) end = at + written.length;
    return begin;
  });
}

function noteOf({ bits, alternatives }: TokenScore) {
  return { logProbability: -bits * Math.LN2, alternatives };
}
