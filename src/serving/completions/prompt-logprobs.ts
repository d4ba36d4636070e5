import type { TextCodec } from '../../data/text-codec.ts';
import { countCodePoints } from '../../data/texts/code-points.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Scheduler } from '../../generation/scoring/scheduler.ts';
import { TargetScorer, type TokenScore } from '../../generation/scoring/target-scorer.ts';
import type { Prompt } from '../../generation/writing/prompt.ts';
import type { TokenLogprobs } from '../../generation/writing/writer.ts';
import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { LogprobTable } from './logprob-table.ts';

/** The log-probability of each token of a prompt given those before it; the first token has one only in an item. */
export async function promptLogprobs(
  prompt: Prompt,
  saved: TextModel,
  alternatives: number,
  scheduler: Scheduler,
): Promise<LogprobTable> {
  const { ids } = prompt;
  const read = saved.vocabulary.endId < 0 ? ids : promptOrLineStart(ids, saved.vocabulary);
  const offsets = offsetsOf(prompt, saved);
  const table = new LogprobTable(Math.min(alternatives, saved.vocabulary.size));
  const push = (logprobs: TokenLogprobs | null) => {
    const at = table.length;
    table.push({ id: ids[at], logprobs, offset: offsets[at] });
  };
  const unscored = ids.length - Math.max(0, read.length - 1);
  while (table.length < unscored) push(null);
  const reader = new TargetScorer(saved.model, alternatives);
  let state: State | null = null;
  try {
    for (let start = 1; start < read.length; start += scheduler.tokens) {
      const strand = { before: read[start - 1], ids: read.subarray(start, start + scheduler.tokens) };
      const item = await scheduler.take(() => reader.scoreFrom(strand, state));
      for (const score of item.scores) push(logprobsOfScore(score));
      state = item.state;
    }
  } finally {
    state?.release();
  }
  return table;
}

/** Start of each token in the given text, in code points. */
function offsetsOf({ text, ids }: Prompt, { tokenizer, vocabulary }: TextCodec): number[] {
  const spans = [...tokenizer.spans(text)];
  // Given ids may not match any text, such as half a character or the unknown token; the text was then decoded from them.
  if (spans.length !== ids.length) return offsetsOfDecoded(ids, { tokenizer, vocabulary });
  let [begin, end, characters] = [0, 0, 0];
  return spans.map((span) => {
    // Otherwise the token continues the same character.
    if (span.start >= end) {
      characters += countCodePoints(text.slice(begin, end));
      begin = end;
    }
    end = span.end;
    return characters;
  });
}

function offsetsOfDecoded(ids: Int32Array, { tokenizer, vocabulary }: TextCodec): number[] {
  const decoder = tokenizer.decoder();
  let end = 0;
  return Array.from(ids, (id) => {
    const begin = end;
    if (id !== vocabulary.endId) end += countCodePoints(decoder.push(vocabulary.tokenOf(id)));
    return begin;
  });
}

function logprobsOfScore({ bits, alternatives }: TokenScore) {
  return { logProbability: -bits * Math.LN2, alternatives };
}
