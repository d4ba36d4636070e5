import type { TextModel } from '../../models/model-file.ts';
import { LineScorer } from './line-scorer.ts';
import type { ScoredLine, ScoreOptions } from './scored-line.ts';
import { type Chunks, windowsOf } from './windows.ts';

/**
 * The surprisal of each token of a text: −log₂ of its probability given the tokens before it.
 *
 * Every token counts, the first as if a newline came before it, newlines too. Lines come out in order
 * as they are scored, about 65,536 characters at a time, so that a text of any length takes the same memory. A text
 * that comes in asynchronous chunks is scored chunk by chunk, as far as its lines are whole. The model's
 * own carried state is left alone.
 * @throws when a token is unknown and the vocabulary has no unknown token, and the signal's reason when
 * it is aborted
 */
export async function* score(
  model: TextModel,
  text: Chunks,
  options: ScoreOptions = {},
): AsyncGenerator<ScoredLine, void> {
  yield* scoreBy(new LineScorer(model, options), text);
}

/** The same with a given scorer, which must be unused. */
export async function* scoreBy(scorer: LineScorer, text: Chunks): AsyncGenerator<ScoredLine, void> {
  try {
    for await (const window of windowsOf(text)) {
      yield* await (window === null ? scorer.end() : scorer.push(window));
    }
    yield* await scorer.end();
  } finally {
    scorer.release();
  }
}
