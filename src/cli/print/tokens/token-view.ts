import type { EncodedToken } from '../../../data/text-codec.ts';
import type { Tokenizer } from '../../../data/tokenizers/tokenizer.ts';
import { escapedText } from '../../../formats/text/escaped-bytes.ts';
import { hasColour, printable } from '../../terminal/style.ts';

/** Backgrounds of neighbouring tokens (of the 256 colours), with black on them; an unknown one is red. */
const COLOURS = [153, 157, 229, 224, 189];
const UNKNOWN = 203;

/** Shows where the tokens of a text begin and end: on colours in turn, or without colours a bar between two. */
export class TokenView {
  readonly #tokenizer: Tokenizer;
  readonly #colours: boolean = hasColour();
  #count = 0;
  /** Whether the last token is in the line that is not at its end. */
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

/** Bytes that are no whole characters are written in hexadecimal. */
function textOfBytes(bytes: Uint8Array): string {
  const written = (unit: string) => `<${(unit.charCodeAt(0) & 0xff).toString(16).toUpperCase()}>`;
  return escapedText(bytes).replace(/[\udc80-\udcff]/gu, written);
}
