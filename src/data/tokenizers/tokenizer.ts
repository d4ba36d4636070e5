/** How a text becomes tokens, and how tokens become a text again. It knows no vocabulary and no ids. */
export interface Tokenizer {
  /** The name under which a model file remembers it. */
  readonly kind: 'word' | 'char' | 'byte';

  /** The tokens of `text` in order, made one at a time: a long text never becomes one long array of strings. */
  tokenize(text: string): Iterable<string>;

  /** A new decoder, at the start of a text. */
  decoder(): TokenDecoder;
}

/** Writes a text out of tokens as they come. */
export interface TokenDecoder {
  /** Returns the text that this token completes; it may be empty. */
  push(token: string): string;

  /** Returns what was held back, and stands at the start of a text again. */
  end(): string;
}
