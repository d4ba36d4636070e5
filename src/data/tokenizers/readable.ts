import type { TokenDecoder, Tokenizer } from './tokenizer.ts';
import { EOS } from './word.ts';

/** Closing marks, and what English and the Penn Treebank write as words of their own: `'s`, `n't`, `''`. */
const NO_SPACE_BEFORE = /^([.,;:!?%)\]}…’”»]+|'|''|['’](s|d|m|re|ve|ll)|n['’]t)$/i;
const NO_SPACE_AFTER = /^([([{“‘«$£€#]|``)$/;

/**
 * A decoder for a reader's eyes: words as one writes them, with no space before a comma and none behind
 * an opening bracket. The tokenizer's own decoder keeps the spaces, so that its text tokenizes to the same tokens.
 */
export function readableDecoder(tokenizer: Tokenizer): TokenDecoder {
  return tokenizer.kind === 'word' ? new ReadableDecoder() : tokenizer.decoder();
}

class ReadableDecoder implements TokenDecoder {
  /** Whether the next word stands right behind the last: at the start of a line, after an opening mark. */
  #joined = true;
  #quoted = false;

  push(token: string): string {
    if (token === EOS) {
      this.end();
      return '\n';
    }
    const opens = token === '"' && !this.#quoted;
    const closes = token === '"' && this.#quoted;
    if (token === '"') this.#quoted = !this.#quoted;
    const gap = this.#joined || closes || NO_SPACE_BEFORE.test(token) ? '' : ' ';
    this.#joined = opens || NO_SPACE_AFTER.test(token);
    return gap + token;
  }

  end(): string {
    this.#joined = true;
    this.#quoted = false;
    return '';
  }
}
