import { printable } from '../../../data/texts/printable.ts';
import type { TokenDecoder, Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { END_TOKEN } from '../../../data/vocabulary/vocabulary.ts';
import type { ScoredLine, ScoredToken } from '../../../generation/scoring/scored-line.ts';
import type { WordGrouper } from '../../../generation/scoring/word-grouper.ts';
import { heat, heatLegend } from '../../terminal/heat.ts';
import { startsGrapheme } from '../../terminal/width.ts';
import type { Output } from './output.ts';

/** The text, with each token or word coloured by its surprisal. */
export class HeatOutput implements Output {
  readonly #decoder: TokenDecoder;
  readonly #words: WordGrouper | null;
  /** Bits of tokens that don't form a whole character yet. */
  #bits = 0;
  /** Text that the next token may extend: a grapheme must have one colour. */
  #open = { text: '', bits: 0 };

  /** @param words groups tokens that share a colour; null if each has its own */
  constructor(tokenizer: Tokenizer, words: WordGrouper | null = null) {
    this.#decoder = tokenizer.decoder();
    this.#words = words;
  }

  line(line: ScoredLine): string {
    let text = '';
    for (const tokens of this.#groups(line)) {
      const piece = tokens.map((token) => this.#textOf(token)).join('');
      for (const { bits } of tokens) this.#bits += bits;
      if (piece === '') continue;
      if (startsGrapheme(this.#open.text, piece)) text += this.#close();
      this.#open = { text: this.#open.text + piece, bits: this.#open.bits + this.#bits };
      this.#bits = 0;
    }
    if (line.ends) text += this.#close();
    return line.ends && !text.endsWith('\n') ? `${text}\n` : text;
  }

  end(): string {
    return `${heatLegend()}\n`;
  }

  #groups(line: ScoredLine): readonly (readonly ScoredToken[])[] {
    if (this.#words) return this.#words.push(line).map(({ tokens }) => tokens);
    return line.tokens.map((token) => [token]);
  }

  /** The end token has no text and resets the decoder. */
  #textOf({ token }: ScoredToken): string {
    return token === END_TOKEN ? this.#decoder.end() : this.#decoder.push(token);
  }

  #close(): string {
    const { text, bits } = this.#open;
    this.#open = { text: '', bits: 0 };
    return text === '' ? '' : coloured(text, bits);
  }
}

/** Colours a text without its leading space. A line end is shown only if it is coloured. */
function coloured(piece: string, bits: number): string {
  const [space] = /^[^\S\n]*/.exec(piece) as RegExpExecArray;
  const word = piece.slice(space.length);
  if (word === '\n') return `${space}${heat('⏎', bits) === '⏎' ? '' : heat('⏎', bits)}\n`;
  return word === '' ? heat(piece, bits) : space + heat(printable(word), bits);
}
