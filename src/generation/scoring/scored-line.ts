import type { ItemSplit } from '../../data/items/item-split.ts';
import type { Piece } from '../../data/texts/line-splitter.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { TokenScore } from './target-scorer.ts';

/** The options of `score` and `scoreText`. */
export interface ScoreOptions {
  /**
   * The state at the start of a line: `carry`, that after the text before, as in training; `line`, the zero
   * state after a newline, so that lines are independent and scored in batches. Default `carry`.
   */
  state?: 'line' | 'carry';
  /**
   * How a model of items cuts the text: each item is read from the zero state, and its end counts. `state` is then refused. Default: as in
   * training.
   */
  items?: ItemSplit;
  /** The names of the texts, one after the other, for errors about their items. Default: none. */
  names?: readonly string[];
  /**
   * The number of likeliest tokens with each; null for neither these nor ranks, which is faster. Default 3.
   */
  alternatives?: number | null;
  /** Aborts the call, which then throws the signal's reason. Default: none. */
  signal?: AbortSignal;
}

/** A token of the text and its score. */
export interface ScoredToken extends TokenScore {
  /** The token, as the vocabulary spells it. */
  readonly token: string;
  /** The token's id. */
  readonly id: number;
  /** False where the vocabulary lacks the token: its bits are those of the unknown token. */
  readonly known: boolean;
  /** The characters of the text that it stands for; of a part of a character, that. */
  readonly text: string;
  /** Where they are in the line, in UTF-16 units: from `start` to before `end`. */
  readonly start: number;
  /** The end of the token in the line, exclusive, in UTF-16 code units. */
  readonly end: number;
}

/** A line, or a piece of one of more than 65,536 characters; of a model of items an item, whose last token is its end. */
export interface ScoredLine extends Omit<Piece, 'text'> {
  /** The line number, counted from 1: of items, those without a token counted too, which are left out. */
  readonly line: number;
  /** The position of its first token in the line, counted from 1. */
  readonly position: number;
  /** Without the line break. */
  readonly text: string;
  /** Unicode code points, the newline counted. */
  readonly characters: number;
  /** The length of the line in UTF-8 bytes, the newline included. */
  readonly bytes: number;
  /** The words between white space that begin in it, and the newline as one more. */
  readonly words: number;
  /** The tokens of the line, in order. */
  readonly tokens: readonly ScoredToken[];
}

/** The number of tokens of context shown. */
const LOOK_BACK = 40;

/** The text of the tokens right before index `at`, for people to see a token's context. */
export function textBefore(tokens: readonly { token: string }[], at: number, tokenizer: Tokenizer): string {
  const decoder = tokenizer.decoder();
  const pieces = tokens.slice(Math.max(0, at - LOOK_BACK), at).map(({ token }) => decoder.push(token));
  return pieces.join('') + decoder.end();
}
