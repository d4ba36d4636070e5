import type { TokenDecoder, Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import type { ScoredLine } from '../../../generation/scoring/scored-line.ts';
import { heat, heatLegend } from '../../terminal/heat.ts';
import { printable } from '../../terminal/style.ts';
import type { Output } from './output.ts';

/** The text itself, each token on the colour of its surprisal. */
export class HeatOutput implements Output {
  readonly #decoder: TokenDecoder;
  /** Of tokens that are no whole character yet. */
  #bits = 0;

  constructor(tokenizer: Tokenizer) {
    this.#decoder = tokenizer.decoder();
  }

  line({ tokens, ends }: ScoredLine): string {
    let text = '';
    for (const { token, bits } of tokens) {
      const piece = this.#decoder.push(token);
      this.#bits += bits;
      if (piece === '') continue;
      text += coloured(piece, this.#bits);
      this.#bits = 0;
    }
    return ends && !text.endsWith('\n') ? `${text}\n` : text;
  }

  end(): string {
    return `${heatLegend()}\n`;
  }
}

/** The space that a decoder puts before a word is no part of it. A line's end shows only where it surprises. */
function coloured(piece: string, bits: number): string {
  if (piece === '\n') return `${heat('⏎', bits) === '⏎' ? '' : heat('⏎', bits)}\n`;
  const [, space, word] = /^( ?)(.*)$/s.exec(piece) as unknown as [string, string, string];
  return word === '' ? heat(piece, bits) : space + heat(printable(word), bits);
}
