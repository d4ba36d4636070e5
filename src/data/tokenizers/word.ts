import type { TokenDecoder, Tokenizer, TokenSpan } from './tokenizer.ts';

/** The token that stands for one newline. */
export const EOS = '<eos>';

const TOKEN = /\n|\S+/g;

/** Closing marks, and what English and the Penn Treebank write as words of their own: `'s`, `n't`, `''`. */
const NO_SPACE_BEFORE = /^([.,;:!?%)\]}…’”»]+|'|''|['’](s|d|m|re|ve|ll)|n['’]t)$/i;
const NO_SPACE_AFTER = /^([([{“‘«$£€#]|``)$/;

/**
 * Words between whitespace; each newline is one `<eos>`, so a text that ends without a newline ends
 * without `<eos>`. The rule of the Penn Treebank files, for texts and prompts alike.
 */
export const wordTokenizer: Tokenizer = {
  kind: 'word',
  unit: 'word',
  wholeWords: true,
  granularity: 'word',
  lineEnd: EOS,
  fixedVocabulary: () => null,

  *tokenize(text: string): Iterable<string> {
    for (const [match] of text.matchAll(TOKEN)) yield tokenOf(match);
  },

  *spans(text: string): Iterable<TokenSpan> {
    for (const { 0: match, index: start } of text.matchAll(TOKEN)) {
      yield { token: tokenOf(match), start, end: start + match.length };
    }
  },

  decoder(): TokenDecoder {
    return new WordDecoder();
  },

  readableDecoder(): TokenDecoder {
    return new ReadableDecoder();
  },

  // From the end, since /\S*$/ tries every position of every word: the square of their length.
  partial(text: string): number {
    let at = text.length;
    while (at > 0 && !/\s/.test(text.charAt(at - 1))) at--;
    return at;
  },

  endsWithSpace: (text) => /[^\S\n]/.test(text.slice(-1)),
  toJSON: () => 'word',
};

function tokenOf(match: string): string {
  return match === '\n' ? EOS : match;
}

/** Puts one space between words, and none beside a newline. */
class WordDecoder implements TokenDecoder {
  #gap = '';

  push(token: string): string {
    if (token === EOS) {
      this.#gap = '';
      return '\n';
    }
    const text = this.#gap + token;
    this.#gap = ' ';
    return text;
  }

  end(): string {
    this.#gap = '';
    return '';
  }
}

/** Words as one writes them, with no space before a comma and none behind an opening bracket. */
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
