import type { CompactLine, ScoredLine } from '../scored-line.ts';
import { type ScoredWord, WordGrouper } from '../word-grouper.ts';
import type { RowLevel } from './row-level.ts';

/** A word, and the text before it in its line. */
export interface WordRow {
  readonly word: ScoredWord;
  readonly before: string;
}

/** A scored word, for JSON and TSV. */
export interface WordRecord {
  readonly line: number;
  readonly position: number;
  readonly known: boolean;
  readonly bits: number;
  /** Number of tokens. */
  readonly tokens: number;
  /** Its range in the line, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The number of characters of context to keep. */
const LOOK_BACK = 80;

/** One row per white-space-separated word and line end. */
export class WordRows implements RowLevel<WordRow> {
  readonly #words: WordGrouper = new WordGrouper();
  #before = '';

  rowsOf(line: ScoredLine | CompactLine): WordRow[] {
    if (line.starts) this.#before = '';
    return this.#words.push(line).map((word) => {
      const before = this.#before;
      this.#before = `${before} ${word.text}`.slice(-LOOK_BACK).trimStart();
      return { word, before };
    });
  }

  surprise({ word }: WordRow): number {
    return word.bits;
  }

  record({ word: { line, position, known, bits, tokens, start, end, text } }: WordRow): WordRecord {
    return { line, position, known, bits, tokens: tokens.length, start, end, text };
  }
}
