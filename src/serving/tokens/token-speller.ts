import type { TextCodec } from '../../data/text-codec.ts';
import type { TokenDecoder } from '../../data/tokenizers/tokenizer.ts';
import { spellBytes, tokenBytes, wholeText } from './token-bytes.ts';

/** Spells tokens one after another. */
export interface Speller {
  /** The spelling that a token would have at this position. */
  peek(id: number): string;
  /** The spelling of the token at this position; moves to the next one. */
  push(id: number): string;
}

/**
 * Spells tokens one after another as they are in a text, with the white space before them, so that their spellings joined are the
 * text. Part of a character is spelled as bytes. The end token of items has no text.
 */
export class TokenSpeller implements Speller {
  readonly #codec: TextCodec;
  readonly #decoder: TokenDecoder;
  /** Whether the text already ends in the space before the next token. */
  #spaced: boolean;

  /**
   * @param decoder has decoded the tokens before
   * @param spaced whether these are followed by the space before the next token. Default false
   */
  constructor(codec: TextCodec, decoder: TokenDecoder, spaced: boolean = false) {
    this.#codec = codec;
    this.#decoder = decoder;
    this.#spaced = spaced;
  }

  peek(id: number): string {
    return this.#spell(id, (token) => this.#decoder.peek?.(token) ?? token);
  }

  push(id: number): string {
    const text = this.#spell(id, (token) => this.#decoder.push(token));
    this.#spaced = false;
    return text;
  }

  #spell(id: number, decoded: (token: string) => string): string {
    const { tokenizer, vocabulary } = this.#codec;
    const token = vocabulary.tokenOf(id);
    if (id === vocabulary.endId) return '';
    if (tokenizer.bytesOf) {
      const bytes = tokenBytes(id, this.#codec);
      return bytes ? (wholeText(bytes) ?? spellBytes(bytes)) : token;
    }
    const text = decoded(token);
    return this.#spaced ? text.replace(/^ /, '') : text;
  }
}
