import { joinsNext, joinsPrevious } from './punctuation.ts';
import type { TokenDecoder } from './tokenizer.ts';

/** Joins words with single spaces, without spaces around newlines. */
export class WordDecoder implements TokenDecoder {
  readonly #lineEnd: string;
  #gap = '';

  constructor(lineEnd: string) {
    this.#lineEnd = lineEnd;
  }

  push(token: string): string {
    const text = this.peek(token);
    this.#gap = token === this.#lineEnd ? '' : ' ';
    return text;
  }

  peek(token: string): string {
    return token === this.#lineEnd ? '\n' : this.#gap + wordOf(token);
  }

  end(): string {
    this.#gap = '';
    return '';
  }
}

/** Joins words for display, with no space before a comma or after an opening bracket. */
export class ReadableWordDecoder implements TokenDecoder {
  readonly #lineEnd: string;
  /** Punctuation that is treated like a word. */
  readonly #apart: ReadonlySet<string>;
  /** Whether the next word follows without a space: at the start of a line, after opening punctuation. */
  #joined = true;
  #quoted = false;

  constructor(lineEnd: string, apart: readonly string[]) {
    this.#lineEnd = lineEnd;
    this.#apart = new Set(apart);
  }

  push(token: string): string {
    const text = this.peek(token);
    const joins = !this.#apart.has(token);
    if (token === this.#lineEnd) this.end();
    else if (joins && token === '"') this.#joined = this.#quoted = !this.#quoted;
    else this.#joined = joins && joinsNext(token);
    return text;
  }

  peek(token: string): string {
    if (token === this.#lineEnd) return '\n';
    const closes = (this.#quoted && token === '"') || joinsPrevious(token);
    return (this.#joined || (closes && !this.#apart.has(token)) ? '' : ' ') + wordOf(token);
  }

  end(): string {
    this.#joined = true;
    this.#quoted = false;
    return '';
  }
}

/** The text of a token: a word spelled like the line-end token is stored with a space before it. */
function wordOf(token: string): string {
  return token.startsWith(' ') ? token.slice(1) : token;
}
