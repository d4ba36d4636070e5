import type { TextModel } from '../../models/model-file.ts';
import { LineScorer } from './line-scorer.ts';
import { type CompactLine, type ScoredLine, type ScoreOptions, scoredLine } from './scored-line.ts';
import { type Chunks, windowsOf } from './windows.ts';

/**
 * Yields the scored lines of a text: the surprisal of each token, −log₂ of its probability given the tokens before it.
 *
 * Every token counts, newlines included; the first is predicted as if a newline preceded it. The text is read about
 * 65,536 characters at a time, in constant memory. With asynchronous chunks, a line is scored as soon as it is
 * complete. The model's carried state is not affected. The text is tokenised line by line.
 * @throws {UnrolledError} code `token-unknown` for an out-of-vocabulary token if the vocabulary has no unknown token,
 * `option-value` or `option-conflict` for unusable options; the signal's reason when aborted
 */
export async function* score(
  model: TextModel,
  text: Chunks,
  options: ScoreOptions = {},
): AsyncGenerator<ScoredLine, void> {
  for await (const line of scoreBy(new LineScorer(model, options), text)) yield scoredLine(line);
}

/**
 * `score` without creating an object for each token, to hold the scores of a long text: 16 bytes per token and 12 per
 * alternative. Throws as `score` does.
 * @throws {UnrolledError} code as `score`
 */
export async function* scoreCompact(
  model: TextModel,
  text: Chunks,
  options: ScoreOptions = {},
): AsyncGenerator<CompactLine, void> {
  yield* scoreBy(new LineScorer(model, options), text);
}

/** `score` with a new scorer, without creating objects for tokens. */
export async function* scoreBy(scorer: LineScorer, text: Chunks): AsyncGenerator<CompactLine, void> {
  try {
    for await (const window of windowsOf(text)) {
      yield* await (window === null ? scorer.end() : scorer.push(window));
    }
    yield* await scorer.end();
  } finally {
    scorer.release();
  }
}
