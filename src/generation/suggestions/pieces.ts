import type { TextCodec } from '../../data/text-codec.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import type { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { APOSTROPHE, OUTSIDE, readWord, type WordState } from './word-end.ts';

/** What a piece does to a word that was read up to a state: 0 to 3, the state behind it, or one of these. */
export const ENDS = -1;
/** Only the bytes of both together say. */
export const UNCLEAR = -2;

/** Whether a model's tokens are pieces of words. */
export function hasPieces({ wholeWords, granularity, bytesOf }: Tokenizer): boolean {
  return !wholeWords && granularity === 'word' && bytesOf !== undefined;
}

const known: WeakMap<Vocabulary, Pieces> = new WeakMap();

/** The tokens of a vocabulary by their bytes, each written as the character of that code: U+0000 to U+00FF. */
export class Pieces {
  /** Of each id; empty for the unknown token and the end of an item. */
  readonly bytes: readonly string[];
  /** The text of each id; null where a character begins or ends outside of it. */
  readonly texts: readonly (string | null)[];
  /** The ids that have bytes, in their order. */
  readonly #order: Int32Array;
  /** (4·V) */
  readonly #effects: Int8Array;

  /** Those of a codec, made once for each vocabulary. */
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

  /** (V) What each piece does to a word in this state. */
  effects(state: WordState): Int8Array {
    const V = this.bytes.length;
    return this.#effects.subarray(state * V, (state + 1) * V);
  }

  /** The ids of the pieces that begin with these bytes. */
  beginningWith(bytes: string): Int32Array {
    return this.#order.subarray(this.#firstFrom(bytes), this.#firstFrom(`${bytes}\u0100`));
  }

  /** The id of the piece of exactly these bytes; undefined where there is none. */
  idOf(bytes: string): number | undefined {
    const id = this.#order[this.#firstFrom(bytes)];
    return this.bytes[id] === bytes ? id : undefined;
  }

  /** The place in the order of the first piece that isn't before these bytes. */
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

/** The characters of some bytes, and whether more bytes must complete the last one; null for what is no UTF-8. */
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
