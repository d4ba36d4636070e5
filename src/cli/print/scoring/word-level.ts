import { END_MARK, readableToken } from '../../../data/readable-token.ts';
import type { TextCodec } from '../../../data/text-codec.ts';
import { END_TOKEN } from '../../../data/vocabulary/vocabulary.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { type ScoredWord, WordGrouper } from '../../../generation/scoring/word-grouper.ts';
import { heat } from '../../terminal/heat.ts';
import { bold, printable } from '../../terminal/style.ts';
import { clip, clipStart, columnsOf } from '../../terminal/width.ts';
import type { Level } from './output.ts';

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

/** Width of a word with its context, in columns, and the number of characters of context to keep. */
const PLACE = 30;
const LOOK_BACK = 80;

export class WordLevel implements Level<WordRow> {
  readonly #codec: TextCodec;
  readonly #words: WordGrouper = new WordGrouper();
  #before = '';

  constructor(codec: TextCodec) {
    this.#codec = codec;
  }

  rowsOf(line: ScoredLine): WordRow[] {
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

  header(): string {
    const place = 'word in its context'.padEnd(PLACE);
    return `${'line'.padStart(6)} ${'bits'.padStart(6)} ${'tokens'.padStart(7)}  ${place}  pieces`;
  }

  text({ word, before }: WordRow, width: number): string {
    const { line, bits, tokens, known, text } = word;
    const unknown = known ? '' : ` (${this.#codec.vocabulary.unknown})`;
    const shown = clip(printable((markOf(text) ?? text) + unknown), PLACE - 4);
    const lead = clipStart(before === '' ? '' : `${printable(before)} `, PLACE - columnsOf(shown));
    const place = `${lead}${bold(shown)}${' '.repeat(Math.max(0, PLACE - columnsOf(lead + shown)))}`;
    const sum = heat(bits.toFixed(2).padStart(6), bits);
    const start = `${String(line).padStart(6)} ${sum} ${String(tokens.length).padStart(7)}  ${place}  `;
    return start + clip(tokens.length > 1 ? this.#pieces(word) : '', width - PLACE - 26);
  }

  /** `un 2.1  rolled 3.4` */
  #pieces({ tokens }: ScoredWord): string {
    return tokens
      .map(
        ({ id, bits }) =>
          `${printable(readableToken(id, this.#codec).trimStart() || '␣')} ${bits.toFixed(1)}`,
      )
      .join('  ');
  }
}

/** The symbol for a line end or the end of an item. */
function markOf(text: string): string | undefined {
  return text === '\n' ? '⏎' : text === END_TOKEN ? END_MARK : undefined;
}
