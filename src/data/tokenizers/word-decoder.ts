import { joinsNext, joinsPrevious } from './punctuation.ts';
import type { TokenDecoder } from './tokenizer.ts';

/** Puts one space between words, and none beside a newline. */
export class WordDecoder implements TokenDecoder {
  readonly #lineEnd: string;
  #gap = '';

  constructor(lineEnd: string) {
    this.#lineEnd = lineEnd;
  }

  push(token: string): string {
    if (token === this.#lineEnd) {
      this.#gap = '';
      return '\n';
    }
    const text = this.#gap + wordOf(token);
    this.#gap = ' ';
    return text;
  }

  end(): string {
    this.#gap = '';
    return '';
  }
}

/** Words as one writes them, with no space before a comma and none behind an opening bracket. */
export class ReadableWordDecoder implements TokenDecoder {
  readonly #lineEnd: string;
  /** The marks that stand as any other word. */
  readonly #apart: ReadonlySet<string>;
  /** Whether the next word stands right behind the last: at the start of a line, after an opening mark. */
  #joined = true;
  #quoted = false;

  constructor(lineEnd: string, apart: readonly string[]) {
    this.#lineEnd = lineEnd;
    this.#apart = new Set(apart);
  }

  push(token: string): string {
    if (token === this.#lineEnd) {
      this.end();
      return '\n';
    }
    const joins = !this.#apart.has(token);
    const isQuote = joins && token === '"';
    const closes = isQuote && this.#quoted;
    if (isQuote) this.#quoted = !this.#quoted;
    const gap = this.#joined || closes || (joins && joinsPrevious(token)) ? '' : ' ';
    this.#joined = (isQuote && !closes) || (joins && joinsNext(token));
    return gap + wordOf(token);
  }

  end(): string {
    this.#joined = true;
    this.#quoted = false;
    return '';
  }
}

/** A word as the text spells it; one that is spelled as the line end's token has a space before it. */
function wordOf(token: string): string {
  return token.startsWith(' ') ? token.slice(1) : token;
}
