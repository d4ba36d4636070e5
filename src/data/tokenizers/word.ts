import { detachedPunctuation } from './detached-punctuation.ts';
import { builtIn, type Tokenizer, type TokenSpan } from './tokenizer.ts';
import { ReadableWordDecoder, WordDecoder } from './word-decoder.ts';

/** The token that stands for one newline. */
export const EOS = '<eos>';

/** The token of a word that a text spells `<eos>`: no word begins with a space. */
const SPELLED_EOS: string = ` ${EOS}`;

const TOKEN = /\n|\S+/g;

/**
 * Words between whitespace; each newline is one `<eos>`, so a text that ends without a newline ends
 * without `<eos>`. The rule of the Penn Treebank files, for texts and prompts alike. A text that spells `<eos>` has a word
 * there and no line end: the token ` <eos>`.
 */
export const wordTokenizer: Tokenizer = wordTokenizerWith([]);

/** The same for a text that keeps some marks apart from the words beside them, as `# Title` does. */
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
      for (const [match] of text.matchAll(TOKEN)) yield tokenOf(match);
    },

    *spans(text: string): Iterable<TokenSpan> {
      for (const { 0: match, index: start } of text.matchAll(TOKEN)) {
        yield { token: tokenOf(match), start, end: start + match.length };
      }
    },

    decoder: () => new WordDecoder(EOS),
    readableDecoder: () => new ReadableWordDecoder(EOS, apart),

    // From the end, since /\S*$/ tries every position of every word: the square of their length.
    partial(text: string): number {
      let at = text.length;
      while (at > 0 && !/\s/.test(text.charAt(at - 1))) at--;
      return at;
    },

    endsWithSpace: (text) => /[^\S\n]/.test(text.slice(-1)),
    toJSON: () => (apart.length === 0 ? 'word' : { kind: 'word', apart }),
  });
}

function tokenOf(match: string): string {
  if (match === '\n') return EOS;
  return match === EOS ? SPELLED_EOS : match;
}
