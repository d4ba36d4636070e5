import { type CompactLine, type SavedModel, ScoreTotals, WordGrouper } from 'unrolled';
import type { ScoreUnit } from './calls.ts';
import { Column, countUpTo } from './column.ts';
import { columnsOf, type ShownToken, shownTokens } from './shown-tokens.ts';

/** Units of consecutive tokens. */
export interface Units {
  /** The index after the last token of each unit. */
  readonly ends: Column<Uint32Array>;
  readonly bits: Column<Float64Array>;
  /** Its level: bits of a token or word, bits per token of a line. */
  readonly levels: Column<Float64Array>;
  /** Where it starts in the text: the same for all models. */
  readonly starts: Column<Uint32Array>;
}

/** Pieces whose tokens are held as objects, since rows are read one after the other. */
const HELD = 8;

/** A text scored by one model, with its tokens, words and lines in typed arrays. */
export class ScoredText {
  readonly saved: SavedModel;
  readonly lines: CompactLine[] = [];
  readonly totals: ScoreTotals = new ScoreTotals();
  readonly units: Readonly<Record<ScoreUnit, Units>> = {
    token: newUnits(),
    word: newUnits(),
    line: newUnits(),
  };
  /** The width of each token with the white space before it, in columns. */
  readonly columns: Column<Uint8Array> = new Column(Uint8Array);
  /** The code points of each line, line end included. */
  readonly characters: Column<Uint32Array> = new Column(Uint32Array);
  readonly #words: WordGrouper = new WordGrouper();
  /** The first token of each piece of a line, and the start of the piece in its line. */
  readonly #firsts: Column<Uint32Array> = new Column(Uint32Array);
  readonly #offsets: Column<Uint32Array> = new Column(Uint32Array);
  readonly #held: Map<number, ShownToken[]> = new Map();
  #line = { start: 0, bits: 0, characters: 0, first: 0, end: 0 };

  constructor(saved: SavedModel) {
    this.saved = saved;
  }

  get length(): number {
    return this.units.token.ends.length;
  }

  add(line: CompactLine): void {
    const { token: tokens, word: words } = this.units;
    if (line.starts) this.#line = { ...this.#line, bits: 0, characters: 0, first: this.length, end: 0 };
    this.#line.characters += line.characters;
    const offset = line.starts ? 0 : this.#offsetAfter();
    this.#firsts.push(this.length);
    this.#offsets.push(offset);
    this.lines.push(line);
    const shown = shownTokens(line, offset);
    const whole = { ...line, tokens: shown };
    for (const token of shown) {
      push(tokens, this.length + 1, token.bits, token.bits, this.#line.start + token.start);
      this.columns.push(Math.min(255, columnsOf(token.space) + columnsOf(token.shown)));
      this.#line.bits += token.bits;
      this.#line.end = Math.max(this.#line.end, token.end);
    }
    for (const word of this.#words.push(whole)) {
      const end = (words.ends.length === 0 ? 0 : words.ends.at(words.ends.length - 1)) + word.tokens.length;
      push(words, end, word.bits, word.bits, this.#line.start + word.start);
    }
    this.totals.add(whole);
    if (line.ends) this.#endLine();
  }

  /** The unit that a token belongs to. */
  unitOf(by: ScoreUnit, token: number): number {
    return by === 'token' ? token : countUpTo(this.units[by].ends, token);
  }

  /** The first token of a unit. */
  firstOf(by: ScoreUnit, unit: number): number {
    return unit === 0 ? 0 : this.units[by].ends.at(unit - 1);
  }

  /** The tokens from `from` to `to`, exclusive. */
  *tokens(from: number, to: number): Generator<ShownToken> {
    for (let piece = this.pieceOf(from); piece < this.lines.length; piece++) {
      const first = this.#firsts.at(piece);
      if (first >= to) return;
      yield* this.#tokensOf(piece).slice(Math.max(0, from - first), to - first);
    }
  }

  /** The characters of the tokens from `from` to `to`, exclusive, as they are in the text. */
  textOf(from: number, to: number): string {
    return Array.from(this.tokens(from, to), ({ space, fresh }) => space + fresh).join('');
  }

  /** The same for display. */
  shownText(from: number, to: number): string {
    return Array.from(this.tokens(from, to), ({ space, shown }) => space + shown).join('');
  }

  /** The piece of a line that has a token. */
  pieceOf(token: number): number {
    return countUpTo(this.#firsts, token) - 1;
  }

  /** The index of the first token of a piece. */
  startOfPiece(piece: number): number {
    return this.#firsts.at(piece);
  }

  #tokensOf(piece: number): ShownToken[] {
    const held = this.#held.get(piece);
    if (held) return held;
    const tokens = shownTokens(this.lines[piece], this.#offsets.at(piece));
    if (this.#held.size === HELD) this.#held.delete([...this.#held.keys()][0]);
    this.#held.set(piece, tokens);
    return tokens;
  }

  #offsetAfter(): number {
    const last = this.lines.length - 1;
    return this.#offsets.at(last) + this.lines[last].text.length;
  }

  #endLine(): void {
    const { start, bits, characters, first, end } = this.#line;
    this.characters.push(characters);
    push(this.units.line, this.length, bits, bits / (this.length - first), start);
    // The next line starts at least one further, so that no two lines start at the same place.
    this.#line = { start: start + end + 1, bits: 0, characters: 0, first: this.length, end: 0 };
  }
}

function newUnits(): Units {
  return {
    ends: new Column(Uint32Array),
    bits: new Column(Float64Array),
    levels: new Column(Float64Array),
    starts: new Column(Uint32Array),
  };
}

function push({ ends, bits, levels, starts }: Units, end: number, sum: number, level: number, start: number) {
  ends.push(end);
  bits.push(sum);
  levels.push(level);
  starts.push(start);
}
