import type { TokenDecoder, Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { END_TOKEN } from '../../../data/vocabulary/vocabulary.ts';
import type { ScoredLine, ScoredToken } from '../../../generation/scoring/scored-line.ts';
import type { WordGrouper } from '../../../generation/scoring/word-grouper.ts';
import { heat, heatLegend } from '../../terminal/heat.ts';
import { printable } from '../../terminal/style.ts';
import { startsGrapheme } from '../../terminal/width.ts';
import type { Output } from './output.ts';

/** The text itself, each token or word on the colour of its surprisal. */
export class HeatOutput implements Output {
  readonly #decoder: TokenDecoder;
  readonly #words: WordGrouper | null;
  /** Of tokens that are no whole character yet. */
  #bits = 0;
  /** A piece that the next one may continue: colours within a grapheme would tear it apart. */
  #open = { text: '', bits: 0 };

  /** @param words groups the tokens that share a colour; null where each has its own */
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

  /** The end of an item has no text, and the next one begins anew. */
  #textOf({ token }: ScoredToken): string {
    return token === END_TOKEN ? this.#decoder.end() : this.#decoder.push(token);
  }

  #close(): string {
    const { text, bits } = this.#open;
    this.#open = { text: '', bits: 0 };
    return text === '' ? '' : coloured(text, bits);
  }
}

/** The space before a word is no part of it. A line's end shows only where it surprises. */
function coloured(piece: string, bits: number): string {
  const [, space, word] = /^([^\S\n]*)(.*)$/s.exec(piece) as unknown as [string, string, string];
  if (word === '\n') return `${space}${heat('⏎', bits) === '⏎' ? '' : heat('⏎', bits)}\n`;
  return word === '' ? heat(piece, bits) : space + heat(printable(word), bits);
}
