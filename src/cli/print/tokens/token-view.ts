import type { EncodedToken } from '../../../data/text-codec.ts';
import { printable } from '../../../data/texts/printable.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { escapedText } from '../../../formats/text/escaped-bytes.ts';
import { hasColour } from '../../terminal/style.ts';

/** Alternating background colours (of 256); the text is black, and unknown tokens are red. */
const COLOURS = [153, 157, 229, 224, 189];
const UNKNOWN = 203;

/** Shows token boundaries: by alternating background colours or, without colours, by a bar between tokens. */
export class TokenView {
  readonly #tokenizer: Tokenizer;
  readonly #colours: boolean = hasColour();
  #count = 0;
  /** Whether the current line of the output has a token. */
  #open = false;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** @param text what the tokens were encoded from */
  shown(text: string, tokens: readonly EncodedToken[]): string {
    return tokens.map((token) => this.#token(text, token)).join('');
  }

  /** Ends the last line. */
  end(): string {
    return this.#open ? '\n' : '';
  }

  #token(text: string, { token, start, end, known }: EncodedToken): string {
    const bytes = known ? this.#tokenizer.bytesOf?.(token) : undefined;
    const written = bytes ? textOfBytes(bytes) : text.slice(start, end);
    const ended = /\n[ \t]*$/.test(written);
    const shown = printable(written.replaceAll('\n', '⏎'));
    const bar = this.#colours || !this.#open ? '' : '|';
    this.#open = !ended;
    return `${bar}${this.#marked(shown, known)}${ended ? '\n' : ''}`;
  }

  #marked(shown: string, known: boolean): string {
    if (!this.#colours) return known ? shown : `‹${shown}›`;
    const colour = known ? COLOURS[this.#count++ % COLOURS.length] : UNKNOWN;
    return `\x1b[48;5;${colour};38;5;16m${shown}\x1b[39;49m`;
  }
}

/** Decodes bytes; those that don't form a whole character are shown in hexadecimal. */
function textOfBytes(bytes: Uint8Array): string {
  const written = (unit: string) => `<${(unit.charCodeAt(0) & 0xff).toString(16).toUpperCase()}>`;
  return escapedText(bytes).replace(/[\udc80-\udcff]/gu, written);
}
