import type { TokenDecoder, Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { heat, heatLegend } from '../../terminal/heat.ts';
import { printable } from '../../terminal/style.ts';
import { startsGrapheme } from '../../terminal/width.ts';
import type { Output } from './output.ts';

/** The text itself, each token on the colour of its surprisal. */
export class HeatOutput implements Output {
  readonly #decoder: TokenDecoder;
  /** Of tokens that are no whole character yet. */
  #bits = 0;
  /** A piece that the next one may continue: colours within a grapheme would tear it apart. */
  #open = { text: '', bits: 0 };

  constructor(tokenizer: Tokenizer) {
    this.#decoder = tokenizer.decoder();
  }

  line({ tokens, ends }: ScoredLine): string {
    let text = '';
    for (const { token, bits } of tokens) {
      const piece = this.#decoder.push(token);
      this.#bits += bits;
      if (piece === '') continue;
      if (startsGrapheme(this.#open.text, piece)) text += this.#close();
      this.#open = { text: this.#open.text + piece, bits: this.#open.bits + this.#bits };
      this.#bits = 0;
    }
    if (ends) text += this.#close();
    return ends && !text.endsWith('\n') ? `${text}\n` : text;
  }

  end(): string {
    return `${heatLegend()}\n`;
  }

  #close(): string {
    const { text, bits } = this.#open;
    this.#open = { text: '', bits: 0 };
    return text === '' ? '' : coloured(text, bits);
  }
}

/** The space that a decoder puts before a word is no part of it. A line's end shows only where it surprises. */
function coloured(piece: string, bits: number): string {
  if (piece === '\n') return `${heat('⏎', bits) === '⏎' ? '' : heat('⏎', bits)}\n`;
  const [, space, word] = /^( ?)(.*)$/s.exec(piece) as unknown as [string, string, string];
  return word === '' ? heat(piece, bits) : space + heat(printable(word), bits);
}
