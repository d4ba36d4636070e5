import type { TextCodec } from '../../data/text-codec.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { APOSTROPHE, OUTSIDE, readWord, type WordState } from './word-end.ts';

/** The effect of a piece on a word in a given state: the state after it, 0 to 3, or one of these. It ends the word. */
export const ENDS = -1;
/** The piece alone doesn't decide; its bytes must be combined with those before. */
export const UNCLEAR = -2;

/** Whether the tokens are subword pieces. */
export function hasPieces({ wholeWords, granularity, bytesOf }: Tokenizer): boolean {
  return !wholeWords && granularity === 'word' && bytesOf !== undefined;
}

const known: WeakMap<Vocabulary, Pieces> = new WeakMap();

/** The tokens of a vocabulary as byte strings, one character U+0000 to U+00FF per byte. */
export class Pieces {
  /** The bytes of each id; empty for the unknown token and the end token of items. */
  readonly bytes: readonly string[];
  /** The text of each id; null if it contains an incomplete character. */
  readonly texts: readonly (string | null)[];
  /** The ids with bytes, sorted by them. */
  readonly #order: Int32Array;
  /** (4·V) */
  readonly #effects: Int8Array;

  /** The pieces of a codec, cached per vocabulary. */
  static of(codec: TextCodec): Pieces {
    const pieces = known.get(codec.vocabulary) ?? new Pieces(codec);
    known.set(codec.vocabulary, pieces);
    return pieces;
  }

  private constructor({ tokenizer, vocabulary }: TextCodec) {
    const { tokens, endId, unknownId } = vocabulary;
    const hasNone = (id: number) => id === endId || id === unknownId;
    this.bytes = tokens.map((token, id) => (hasNone(id) ? '' : bytesOf(token, tokenizer)));
    this.texts = this.bytes.map(wholeText);
    const ids = tokens.map((_, id) => id).filter((id) => this.bytes[id] !== '');
    this.#order = Int32Array.from(ids.sort((a, b) => (this.bytes[a] < this.bytes[b] ? -1 : 1)));
    this.#effects = new Int8Array(4 * tokens.length);
    for (const state of [0, 1, 2, 3] as const) {
      const effect = (text: string | null, id: number) => (id === endId ? ENDS : effectOf(text, state));
      this.#effects.set(this.texts.map(effect), state * tokens.length);
    }
  }

  /** The effect of each piece on a word in this state, (V). */
  effects(state: WordState): Int8Array {
    const V = this.bytes.length;
    return this.#effects.subarray(state * V, (state + 1) * V);
  }

  /** The ids of the pieces that begin with these bytes. */
  beginningWith(bytes: string): Int32Array {
    return this.#order.subarray(this.#firstFrom(bytes), this.#firstFrom(`${bytes}\u0100`));
  }

  /** The id of the piece with exactly these bytes; undefined if there is none. */
  idOf(bytes: string): number | undefined {
    const id = this.#order[this.#firstFrom(bytes)];
    return this.bytes[id] === bytes ? id : undefined;
  }

  /** The index in `#order` of the first piece not before these bytes. */
  #firstFrom(bytes: string): number {
    let [from, to] = [0, this.#order.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.bytes[this.#order[middle]] < bytes) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

export function bytesOf(token: string, tokenizer: Tokenizer): string {
  return String.fromCharCode(...(tokenizer.bytesOf as NonNullable<Tokenizer['bytesOf']>)(token));
}

/** Decodes bytes, and whether the last character is complete; null for invalid UTF-8. */
export function textOf(bytes: string): { readonly text: string; readonly isWhole: boolean } | null {
  const utf8 = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(utf8, { stream: true });
    return { text, isWhole: new TextEncoder().encode(text).length === utf8.length };
  } catch {
    return null;
  }
}

function wholeText(bytes: string): string | null {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes;
  const read = textOf(bytes);
  return read?.isWhole ? read.text : null;
}

function effectOf(text: string | null, from: WordState): number {
  if (text === null) return UNCLEAR;
  const { state, end } = readWord(text, from);
  if (end === null) return state;
  return from !== OUTSIDE && end === (from === APOSTROPHE ? -1 : 0) ? ENDS : UNCLEAR;
}
