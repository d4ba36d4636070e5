import { END_MARK, readableToken } from '../../../data/readable-token.ts';
import type { TextCodec } from '../../../data/text-codec.ts';
import { printable } from '../../../data/texts/printable.ts';
import { END_TOKEN } from '../../../data/vocabulary/vocabulary.ts';
import { type WordRow, WordRows } from '../../../generation/scoring/rows/word-rows.ts';
import type { ScoredWord } from '../../../generation/scoring/word-grouper.ts';
import { heat } from '../../terminal/heat.ts';
import { bold } from '../../terminal/style.ts';
import { clip, clipStart, columnsOf } from '../../terminal/width.ts';
import type { Level } from './output.ts';

/** Width of a word with its context, in columns. */
const PLACE = 30;

export class WordLevel extends WordRows implements Level<WordRow> {
  readonly #codec: TextCodec;

  constructor(codec: TextCodec) {
    super();
    this.#codec = codec;
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
