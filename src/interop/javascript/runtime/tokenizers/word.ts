import { wordsAndNewlines } from '../../../../data/texts/words.ts';
import { ReadableWordDecoder, WordDecoder } from '../../../../data/tokenizers/word-decoder.ts';
import type { Tokenizer } from '../text/codec.ts';

/** The token of a newline. In a text, a word of this spelling is a token with a space before it. */
const EOS = '<eos>';

/**
 * Words separated by white space.
 * @param apart punctuation that readable text does not join to words
 */
export function wordTokenizer(apart: readonly string[] = []): Tokenizer {
  return {
    *tokens(text) {
      for (const { word } of wordsAndNewlines(text)) {
        yield word === '\n' ? EOS : word === EOS ? ` ${EOS}` : word;
      }
    },
    decoder: (readable) => (readable ? new ReadableWordDecoder(EOS, apart) : new WordDecoder(EOS)),
    endsWithSpace: (text) => /[^\S\n]/.test(text.slice(-1)),
  };
}
