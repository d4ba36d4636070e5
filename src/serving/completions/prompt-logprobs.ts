import type { TextCodec } from '../../data/text-codec.ts';
import { textStart } from '../../data/text-start.ts';
import { countCodePoints } from '../../data/texts/code-points.ts';
import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { Scheduler } from '../../generation/scoring/scheduler.ts';
import { TargetScorer, type TokenScore } from '../../generation/scoring/target-scorer.ts';
import type { TokenLogprobs } from '../../generation/writing/writer.ts';
import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { givenTokens } from '../tokens/given-text-speller.ts';
import { tokenStart } from '../tokens/token-bytes.ts';
import { LogprobTable } from './logprob-table.ts';
import type { ServedPrompt } from './prompts.ts';

/**
 * The log-probability of each token of a prompt given those before it. The first token is predicted from the start of texts; it
 * has no log-probability if the vocabulary has no newline, or if it is that start itself.
 */
export async function promptLogprobs(
  prompt: ServedPrompt,
  saved: TextModel,
  alternatives: number,
  scheduler: Scheduler,
): Promise<LogprobTable> {
  const { ids } = prompt;
  const read = scoredIds(prompt, saved);
  const offsets = offsetsOf(prompt, saved);
  const table = new LogprobTable(Math.min(alternatives, saved.vocabulary.size));
  const push = (logprobs: TokenLogprobs | null) => {
    table.push({ id: ids[table.length], logprobs, offset: offsets.next().value ?? 0 });
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

/**
 * The ids that are read: those of a text behind the start of texts. Given ids may begin with it, as those of
 * lm-evaluation-harness do.
 */
function scoredIds({ ids, isText }: ServedPrompt, codec: TextCodec): Int32Array {
  if (codec.vocabulary.endId >= 0) return promptOrLineStart(ids, codec.vocabulary);
  const start = textStart(codec);
  if (start === null || (!isText && ids[0] === start)) return ids;
  const read = new Int32Array(ids.length + 1);
  read[0] = start;
  read.set(ids, 1);
  return read;
}

/** Start of each token in the text, in code points. */
function offsetsOf({ text, ids, isText }: ServedPrompt, codec: TextCodec): Iterator<number> {
  return isText ? offsetsIn(text, codec) : offsetsOfDecoded(ids, codec);
}

function* offsetsIn(text: string, codec: TextCodec): Generator<number> {
  for (const { offset } of givenTokens(text, codec)) yield offset;
}

function* offsetsOfDecoded(ids: Int32Array, codec: TextCodec): Generator<number> {
  const { tokenizer, vocabulary } = codec;
  const decoder = tokenizer.decoder();
  let end = 0;
  for (const id of ids) {
    const before = end;
    if (id !== vocabulary.endId) end += countCodePoints(decoder.push(vocabulary.tokenOf(id)));
    yield tokenStart(id, codec, before, end);
  }
}

function logprobsOfScore({ bits, alternatives }: TokenScore) {
  return { logProbability: -bits * Math.LN2, alternatives };
}
