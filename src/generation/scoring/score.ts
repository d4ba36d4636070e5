import type { Piece } from '../../data/line-splitter.ts';
import type { TextModel } from '../../models/model-file.ts';
import { LineScorer } from './line-scorer.ts';
import type { TokenScore } from './target-reader.ts';
import { windowsOf } from './windows.ts';

export interface ScoreOptions {
  /**
   * What a line begins with: `carry`, all that came before, as in training; `line`, a state of 0 and a newline
   * read, so that no line knows of another and many are read side by side. Default `carry`.
   */
  state?: 'line' | 'carry';
  /** How many of the likeliest tokens come with each; null saves the time for them and for ranks. Default 3. */
  alternatives?: number | null;
  signal?: AbortSignal;
}

/** A token as it stands in the text, and how the model took it. */
export interface ScoredToken extends TokenScore {
  readonly token: string;
  readonly id: number;
  /** False where the vocabulary lacks the token: its bits are those of the unknown token. */
  readonly known: boolean;
}

/** A line, or a piece of one of more than 65,536 characters. */
export interface ScoredLine extends Omit<Piece, 'text'> {
  /** From 1 on. */
  readonly line: number;
  /** The place of its first token in the line, from 1 on. */
  readonly position: number;
  /** Without the line break. */
  readonly text: string;
  /** Unicode code points, the newline counted. */
  readonly characters: number;
  readonly tokens: readonly ScoredToken[];
}

/**
 * How much each token of a text surprises the model: −log₂ of its probability after the tokens before it.
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
  text: string | Iterable<string> | AsyncIterable<string>,
  options: ScoreOptions = {},
): AsyncGenerator<ScoredLine, void> {
  yield* scoreBy(new LineScorer(model, options), text);
}

/** The same by a scorer that has read nothing yet. */
export async function* scoreBy(
  scorer: LineScorer,
  text: string | Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<ScoredLine, void> {
  for await (const window of windowsOf(text)) yield* await scorer.push(window);
  yield* await scorer.end();
}
