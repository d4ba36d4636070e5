import type { ScoringLayout } from './calls.ts';
import { Column, countUpTo } from './column.ts';
import type { ScoredText } from './scored-text.ts';

/** Width of a digit of a number under the text, and the space on both sides of the number, in columns of the text. */
const DIGIT = 0.7;
const BESIDE = 1.3;

/** The rows of a text: tokens are put into rows of at most so many columns, and a line end ends a row. */
export class RowLayout {
  readonly layout: ScoringLayout;
  readonly #starts: Column<Uint32Array> = new Column(Uint32Array);

  constructor(text: ScoredText, layout: ScoringLayout) {
    this.layout = layout;
    this.#fill(text);
  }

  get rows(): number {
    return this.#starts.length;
  }

  /** The first token of a row; of the row after the last one, the number of tokens. */
  startOf(row: number, text: ScoredText): number {
    return row < this.rows ? this.#starts.at(row) : text.length;
  }

  rowOf(token: number): number {
    return countUpTo(this.#starts, token) - 1;
  }

  /** A row breaks before the last word that begins in it, or before a token where there is none. */
  #fill(text: ScoredText): void {
    const widths = new Widths(text, this.layout);
    const { word, line } = text.units;
    let [row, x, chance, xAtChance, nextWord, nextLine] = [0, 0, 0, 0, 0, 0];
    const begin = (token: number) => {
      this.#starts.push(token);
      row = token;
    };
    for (let token = 0; token < text.length; token++) {
      const startsLine = token === (nextLine === 0 ? 0 : line.ends.at(nextLine - 1));
      if (startsLine) {
        begin(token);
        x = 0;
        nextLine++;
      }
      if (token === (nextWord === 0 ? 0 : word.ends.at(nextWord - 1))) {
        [chance, xAtChance] = [token, x];
        nextWord++;
      }
      const width = widths.of(token);
      if (x + width > this.layout.columns && token > row) {
        const isWithin = chance > row;
        begin(isWithin ? chance : token);
        x = isWithin ? x - xAtChance : 0;
      }
      x += width;
    }
  }
}

/** The width of each token: that of its text, or of the number under it. */
class Widths {
  readonly #text: ScoredText;
  readonly #layout: ScoringLayout;
  #unit = 0;

  constructor(text: ScoredText, layout: ScoringLayout) {
    this.#text = text;
    this.#layout = layout;
  }

  /** Tokens are asked for in order. */
  of(token: number): number {
    const { by, numbers } = this.#layout;
    const width = this.#text.columns.at(token);
    const { ends, levels } = this.#text.units[by];
    const isFirst = token === (this.#unit === 0 ? 0 : ends.at(this.#unit - 1));
    if (isFirst) this.#unit++;
    if (!numbers || by === 'line' || !isFirst) return width;
    const digits = levels.at(this.#unit - 1) >= 9.95 ? 4 : 3;
    return Math.max(width, digits * DIGIT + BESIDE);
  }
}
