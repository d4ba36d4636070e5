import { MAX_TOKENS } from '../../data/vocabulary/count-tokens.ts';
import { TokenCounts } from '../../data/vocabulary/token-counts.ts';
import { UnrolledError } from '../../errors.ts';

const EOS = '<eos>';

/** What Python's `str.split()` splits at, as single characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are white space in Python
const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** What ends a line of a text file in Python. */
const LINE_END = /\r\n|\r|\n/;

/**
 * Builds the vocabulary of a corpus as the language models of PyTorch's examples and awd-lstm-lm do: for each file in turn, the
 * words of each line, split at white space as Python does, then `<eos>`; ids by first appearance.
 */
export class CorpusVocabulary {
  readonly #seen: TokenCounts = new TokenCounts(MAX_TOKENS);
  /** The beginning of a line whose end is not there yet. */
  #begun = '';

  /** Reads the next part of a file. */
  add(part: string): void {
    // A carriage return at the end may be followed by the newline of the same line end.
    const end = Math.max(part.lastIndexOf('\n'), part.slice(0, -1).lastIndexOf('\r')) + 1;
    const whole = this.#begun.endsWith('\r') && end === 0 ? part !== '' : end > 0;
    if (!whole) {
      this.#begun += part;
      return;
    }
    this.#lines(this.#begun + part.slice(0, end));
    this.#begun = part.slice(end);
  }

  /** Ends a file. */
  endFile(): void {
    if (this.#begun !== '') this.#lines(this.#begun);
    this.#begun = '';
  }

  /**
   * The tokens in order of their ids.
   * @throws {UnrolledError} code `file-large` for more distinct words than a vocabulary can have
   */
  tokens(): readonly string[] {
    if (this.#seen.pruned === 0) return [...this.#seen.counts.keys()];
    throw new UnrolledError(
      'file-large',
      `Vocabulary: the corpus has more than ${MAX_TOKENS} distinct words, the maximum. Pass the corpus that the model was trained on.`,
    );
  }

  /** Whole lines. */
  #lines(text: string): void {
    const lines = text.split(LINE_END);
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) this.#seen.add([...wordsOf(line), EOS], Infinity);
  }
}

/** The words of a text as Python's `str.split()` gives them. */
export function wordsOf(text: string): readonly string[] {
  return text.split(SPACE).filter((word) => word !== '');
}
