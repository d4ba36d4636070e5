import { lastSpace, wordsAndNewlines } from '../texts/words.ts';
import { detachedPunctuation } from './detached-punctuation.ts';
import { builtIn, type Tokenizer, type TokenSpan } from './tokenizer.ts';
import { ReadableWordDecoder, WordDecoder } from './word-decoder.ts';

/** The token of a newline. */
export const EOS = '<eos>';

/** The token of a word spelled `<eos>`. It can't collide, because no word begins with a space. */
const SPELLED_EOS: string = ` ${EOS}`;

/**
 * Words split at white space, with each newline as `<eos>`, as in Penn Treebank, for texts and prompts. A text without a final
 * newline ends without `<eos>`. `<eos>` spelled in a text is a word, the token ` <eos>`, not a line
 * end.
 */
export const wordTokenizer: Tokenizer = wordTokenizerWith([]);

/** The word tokenizer for a text that detaches some punctuation on purpose, as in `# Title`. */
export function wordTokenizerWith(apart: readonly string[]): Tokenizer {
  return builtIn({
    kind: 'word',
    unit: 'word',
    wholeWords: true,
    granularity: 'word',
    lineEnd: EOS,
    cut: 'word',
    fixedVocabulary: () => null,

    fitted(counts: ReadonlyMap<string, number>): Tokenizer {
      const marks = detachedPunctuation(counts, counts.get(EOS) ?? 0);
      return marks.length === 0 ? wordTokenizer : wordTokenizerWith(marks);
    },

    *tokenize(text: string): Iterable<string> {
      for (const { word } of wordsAndNewlines(text)) yield tokenOf(word);
    },

    *spans(text: string): Iterable<TokenSpan> {
      for (const { word, start } of wordsAndNewlines(text)) {
        yield { token: tokenOf(word), start, end: start + word.length };
      }
    },

    decoder: () => new WordDecoder(EOS),
    readableDecoder: () => new ReadableWordDecoder(EOS, apart),

    partial: (text) => lastSpace(text) + 1,

    endsWithSpace: (text) => /[^\S\n]/.test(text.slice(-1)),
    toJSON: () => (apart.length === 0 ? 'word' : { kind: 'word', apart }),
  });
}

function tokenOf(word: string): string {
  if (word === '\n') return EOS;
  return word === EOS ? SPELLED_EOS : word;
}
