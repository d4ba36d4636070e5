import type { Piece } from '../../data/line-splitter.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { TokenScore } from './target-reader.ts';

/** A model and what it reads with; a `SavedModel` is one. */
export interface TextModel {
  readonly model: RecurrentLM;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
}

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
