import type { ItemSplit } from '../../data/items/item-split.ts';
import type { Piece } from '../../data/texts/line-splitter.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Group } from '../../distributed/group.ts';
import type { TokenScore } from './target-scorer.ts';

/** Options of `score` and `scoreText`. */
export interface ScoreOptions {
  /**
   * The state at the start of a line. `carry`: the state after the previous line, as in training. `line`: the zero state, so
   * lines are independent and scored in batches. Default `carry`.
   */
  state?: 'line' | 'carry';
  /**
   * How the text is split for a model of items. Each item starts from the zero state and its end token counts; `state` is then
   * refused. Default: as in training.
   */
  items?: ItemSplit;
  /** The names of the texts in order, for error messages about items. Default: none. */
  names?: readonly string[];
  /**
   * The number of most likely tokens returned for each position; null omits them and ranks, which is faster. Default 3.
   */
  alternatives?: number | null;
  /** Aborts the scoring; its reason is thrown. */
  signal?: AbortSignal;
  /**
   * The processes that score together; all make the same call with the same text and get the same lines. Each scores some of the
   * independent lines or items, or computes the softmax of some parts of a continuous text. Default: this process alone.
   */
  group?: Group;
}

/** A token of the text and its score. */
export interface ScoredToken extends TokenScore {
  /** The token, as the vocabulary spells it. */
  readonly token: string;
  /** The token's id. */
  readonly id: number;
  /** False for an out-of-vocabulary token, which is scored as the unknown token. */
  readonly known: boolean;
  /** The characters of the text that it represents; for part of a character, that character. */
  readonly text: string;
  /** Start of these characters in the line, in UTF-16 units. */
  readonly start: number;
  /** End of these characters, exclusive, in UTF-16 units. */
  readonly end: number;
}

/** A line, a piece of a line above 65,536 characters, or an item, whose last token is the end token. */
export interface ScoredLine extends Omit<Piece, 'text'> {
  /** The line number, from 1. Items without a token are skipped but counted. */
  readonly line: number;
  /** The position of its first token in the line, from 1. */
  readonly position: number;
  /** The text without the line break. */
  readonly text: string;
  /** Number of Unicode code points, newline included. */
  readonly characters: number;
  /** Length in UTF-8 bytes, newline included. */
  readonly bytes: number;
  /** Number of white-space-separated words that begin in it, plus one for the newline. */
  readonly words: number;
  /** Its tokens, in order. */
  readonly tokens: readonly ScoredToken[];
}

/** A scored line whose tokens are in typed arrays: each iteration creates their objects. */
export interface CompactLine extends Omit<ScoredLine, 'tokens'> {
  /** Its tokens, in order. */
  readonly tokens: Iterable<ScoredToken>;
}

/** Creates the objects of all tokens. */
export function scoredLine(line: ScoredLine | CompactLine): ScoredLine {
  return Array.isArray(line.tokens) ? (line as ScoredLine) : { ...line, tokens: [...line.tokens] };
}

/** The number of tokens of context shown. */
const LOOK_BACK = 40;

/** The text of the tokens right before index `at`, for people to see a token's context. */
export function textBefore(tokens: readonly { token: string }[], at: number, tokenizer: Tokenizer): string {
  const decoder = tokenizer.decoder();
  const pieces = tokens.slice(Math.max(0, at - LOOK_BACK), at).map(({ token }) => decoder.push(token));
  return pieces.join('') + decoder.end();
}
