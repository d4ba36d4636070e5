import type { TokenDecoder, Tokenizer } from './tokenizer.ts';

/** The token that stands for one newline. */
export const EOS = '<eos>';

/**
 * Words between whitespace; each newline is one `<eos>`, so a text that ends without a newline ends
 * without `<eos>`. The rule of the Penn Treebank files, for texts and prompts alike.
 */
export const wordTokenizer: Tokenizer = {
  kind: 'word',

  *tokenize(text: string): Iterable<string> {
    for (const [match] of text.matchAll(/\n|\S+/g)) yield match === '\n' ? EOS : match;
  },

  decoder(): TokenDecoder {
    return new WordDecoder();
  },
};

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
