import { wrongKind } from '../../kinds.ts';
import type { IntList } from '../int-list.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

/** The kinds of the built-in tokenizers. */
export type TokenizerKind = 'word' | 'char' | 'byte' | 'bpe';

/** A tokenizer as stored in a model file: its kind, or an object with the kind and parameters. */
export type TokenizerJSON =
  | string
  | {
      /** The kind of the tokenizer. */
      readonly kind: string;
      /** Its parameters, values that JSON can represent. */
      readonly [parameter: string]: unknown;
    };

/**
 * Splits a text into tokens and joins tokens to text. It does not assign ids; that is the vocabulary's job.
 *
 * Callers use properties and never compare the kind, so a new tokenizer changes no caller.
 */
export interface Tokenizer {
  /**
   * The kind's name in model files, recipes and on the command line. The names of `TokenizerKind` are reserved. Open files of a
   * custom tokenizer with `{ tokenizers: [it] }`.
   */
  readonly kind: string;

  /** The name of one token in messages: `word`, `character`, `byte`, `piece`. */
  readonly unit: string;

  /** Whether each token is a word of the text, spelled as in the text. */
  readonly wholeWords: boolean;

  /**
   * The size class of the vocabulary, for choosing a model. `word`: thousands of tokens, so products with V dominate and
   * tied embeddings help. `character`: few tokens, so the recurrent layers dominate and tying saves
   * nothing.
   */
  readonly granularity: 'word' | 'character';

  /** The token of a newline; null if a newline has no token of its own. */
  readonly lineEnd: string | null;

  /** The part of `toJSON` that determines how a text is split. Default: all of it. */
  readonly cut?: TokenizerJSON;

  /** Whether a space is added before a text that does not begin with one. Default false. */
  readonly prefixSpace?: boolean;

  /** The vocabulary, if it is the same for every text; null if it is built from a text. */
  fixedVocabulary(): Vocabulary | null;

  /**
   * Returns a tokenizer whose readable decoder follows the punctuation style of a text with these token counts.
   * Default: the tokenizer itself.
   */
  fitted?(counts: ReadonlyMap<string, number>): Tokenizer;

  /** Yields the tokens of `text` in order, one at a time, so that a long text never becomes a long array of strings. */
  tokenize(text: string): Iterable<string>;

  /**
   * Appends the ids of the tokens in `fixedVocabulary()`: faster than looking up each token. Only for a tokenizer with a fixed
   * vocabulary.
   */
  encode?(text: string, ids: IntList): void;

  /** Yields the tokens with their positions in `text`, in order. Slower than `tokenize`. */
  spans(text: string): Iterable<TokenSpan>;

  /** The bytes of a token, for byte, character and BPE tokens: concatenated, they are the text. */
  bytesOf?(token: string): Uint8Array;

  /** Creates a decoder. The decoded text tokenises to the same tokens. */
  decoder(): TokenDecoder;

  /** Creates a decoder for display. The decoded text may tokenise differently. */
  readableDecoder(): TokenDecoder;

  /**
   * Start of the last token if more letters could change it, such as a half-typed word; `text.length` if
   * the text ends between two tokens.
   */
  partial(text: string): number;

  /** Whether `text` already ends in the space that a decoder writes between tokens. */
  endsWithSpace(text: string): boolean;

  /** Returns the value from which `tokenizerFromJSON` creates an equal tokenizer. */
  toJSON(): TokenizerJSON;
}

/** A token and its position in a text, in UTF-16 units as `slice` takes them. */
export interface TokenSpan {
  /** The token, as the vocabulary spells it. */
  readonly token: string;
  /** Start of the characters that the token represents; for part of a character, the start of that character. */
  readonly start: number;
  /** End of these characters, exclusive. */
  readonly end: number;
}

/** Decodes tokens to text incrementally. */
export interface TokenDecoder {
  /** Adds a token; returns the text completed by it, which may be empty. */
  push(token: string): string;

  /** The text that `push` would return, without adding the token; only where it depends on the tokens before. */
  peek?(token: string): string;

  /** Ends the text; returns the rest of it. The decoder can then be reused. */
  end(): string;
}

const builtIns: WeakSet<Tokenizer> = new WeakSet();

/** Marks a tokenizer as built in; only these may have a `TokenizerKind`. */
export function builtIn(tokenizer: Tokenizer): Tokenizer {
  builtIns.add(tokenizer);
  return tokenizer;
}

export function isBuiltIn(tokenizer: Tokenizer): boolean {
  return builtIns.has(tokenizer);
}

/** Whether two tokenizers split every text into the same tokens. */
export function sameTokenizer(a: Tokenizer, b: Tokenizer): boolean {
  if (a === b) return true;
  const cutOf = (one: Tokenizer) => JSON.stringify(one.cut ?? one.toJSON());
  return isBuiltIn(a) === isBuiltIn(b) && cutOf(a) === cutOf(b);
}

const METHODS = [
  ...(['tokenize', 'spans', 'decoder', 'readableDecoder', 'partial', 'endsWithSpace'] as const),
  ...(['fixedVocabulary', 'toJSON'] as const),
];

/** Throws for an object that lacks a method of Tokenizer; otherwise a TypeError would follow much later. */
export function checkTokenizer(where: string, tokenizer: Tokenizer): Tokenizer {
  const missing = METHODS.find((name) => typeof tokenizer?.[name] !== 'function');
  if (!missing) return tokenizer;
  const needs = `a Tokenizer, with ${missing}()`;
  throw wrongKind(where, 'the tokenizer', tokenizer, needs, 'Pass openTokenizer(kind).');
}
