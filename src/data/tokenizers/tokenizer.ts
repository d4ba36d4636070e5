import { wrongKind } from '../../kinds.ts';
import type { IntList } from '../int-list.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';

export type TokenizerKind = 'word' | 'char' | 'byte' | 'bpe';

/** What a model file holds of a tokenizer: its kind, with the parameters beside it where it has some. */
export type TokenizerJSON = string | { readonly kind: string; readonly [parameter: string]: unknown };

/**
 * How a text becomes tokens, and how tokens become a text again. It knows no ids.
 *
 * Callers ask for properties and never for the kind, so that a new tokenizer changes no caller.
 */
export interface Tokenizer {
  /**
   * The name of this way to cut a text, in model files, recipes and on the command line. Those of `TokenizerKind` are reserved; one
   * of your own has another, and its files are opened with `{ tokenizers: [it] }`.
   */
  readonly kind: string;

  /** What one token is, for messages: `word`, `character`, `byte`, `piece`. */
  readonly unit: string;

  /** Whether each token is a word of the text, spelled as in the text. */
  readonly wholeWords: boolean;

  /**
   * What suits a model of these tokens. `word`: thousands of different ones, so that the products with V cost most, and
   * the embedding and the affine layer had better share a table. `character`: few, so that the recurrent layers cost
   * most and a shared table saves nothing.
   */
  readonly granularity: 'word' | 'character';

  /** The token that a newline becomes; null where a newline has no token of its own. */
  readonly lineEnd: string | null;

  /** What of `toJSON` decides where it cuts a text. Default: all of it. */
  readonly cut?: TokenizerJSON;

  /** Whether a text that begins with no space is read as if one stood before it. Default false. */
  readonly prefixSpace?: boolean;

  /** The vocabulary, where it is the same for every text; null where it is built from a text. */
  fixedVocabulary(): Vocabulary | null;

  /**
   * The same tokenizer, whose readable decoder writes as a text does in which each token occurs as often as `counts` says.
   * Default: the tokenizer itself.
   */
  fitted?(counts: ReadonlyMap<string, number>): Tokenizer;

  /** The tokens of `text` in order, made one at a time: a long text never becomes one long array of strings. */
  tokenize(text: string): Iterable<string>;

  /**
   * Appends the ids of those tokens by `fixedVocabulary()`, where that is faster than to look each token up. Only a tokenizer
   * whose vocabulary is fixed has it.
   */
  encode?(text: string, ids: IntList): void;

  /** The same tokens with their positions in `text`, in order. Slower than `tokenize`. */
  spans(text: string): Iterable<TokenSpan>;

  /** The bytes that a token stands for in a text, where tokens are bytes, characters or pieces: joined, they are the text. */
  bytesOf?(token: string): Uint8Array;

  /** A new decoder, at the start of a text. The text of a text's tokens has the same tokens. */
  decoder(): TokenDecoder;

  /** The same for a reader's eyes: its text may have other tokens. */
  readableDecoder(): TokenDecoder;

  /**
   * Where a token begins that more letters could change, while someone types: a half-typed word. `text.length` where
   * the text ends between two tokens.
   */
  partial(text: string): number;

  /** Whether `text` ends in the space that a decoder writes between tokens, so that it must not write another. */
  endsWithSpace(text: string): boolean;

  /** What `tokenizerFromJSON` makes an equal tokenizer from. */
  toJSON(): TokenizerJSON;
}

/** A token and its position in a text, in UTF-16 units as `slice` takes them. */
export interface TokenSpan {
  readonly token: string;
  /** Where the characters that the token stands for begin; of a part of a character, where that begins. */
  readonly start: number;
  /** Behind the last of them. */
  readonly end: number;
}

/** Writes a text out of tokens as they come. */
export interface TokenDecoder {
  /** Returns the text that this token completes; it may be empty. */
  push(token: string): string;

  /** Returns what was held back, and stands at the start of a text again. */
  end(): string;
}

const builtIns: WeakSet<Tokenizer> = new WeakSet();

/** Marks a tokenizer as one of ours, whose kind alone may be a `TokenizerKind`. */
export function builtIn(tokenizer: Tokenizer): Tokenizer {
  builtIns.add(tokenizer);
  return tokenizer;
}

export function isBuiltIn(tokenizer: Tokenizer): boolean {
  return builtIns.has(tokenizer);
}

/** Whether two tokenizers cut every text into the same tokens. */
export function sameTokenizer(a: Tokenizer, b: Tokenizer): boolean {
  if (a === b) return true;
  const cutOf = (one: Tokenizer) => JSON.stringify(one.cut ?? one.toJSON());
  return isBuiltIn(a) === isBuiltIn(b) && cutOf(a) === cutOf(b);
}

const METHODS = [
  ...(['tokenize', 'spans', 'decoder', 'readableDecoder', 'partial', 'endsWithSpace'] as const),
  ...(['fixedVocabulary', 'toJSON'] as const),
];

/** @throws for what lacks a method of a Tokenizer, named: it would end in a TypeError much later */
export function checkTokenizer(where: string, tokenizer: Tokenizer): Tokenizer {
  const missing = METHODS.find((name) => typeof tokenizer?.[name] !== 'function');
  if (!missing) return tokenizer;
  const needs = `a Tokenizer, with ${missing}()`;
  throw wrongKind(where, 'the tokenizer', tokenizer, needs, 'Give openTokenizer(kind).');
}
