import type { IntList } from '../../../int-list.ts';
import { writeBytes } from '../../../texts/write-bytes.ts';
import { preTokenEnd } from '../pre-tokens/pre-tokens.ts';
import { mergeLong } from './merge-long.ts';
import type { MergeRules } from './merge-rules.ts';
import { MAX_SHORT, mergeShort } from './merge-short.ts';

/** Maximum number of cached pre-tokens: a few megabytes. */
const MAX_CACHED = 2 ** 16;
/** Maximum length of a cached pre-token in UTF-16 units. In V8, longer substrings keep the whole text in memory. */
const MAX_CACHED_LENGTH = 12;

/** Encodes texts, pre-token by pre-token, with a cache for frequent pre-tokens. */
export class Encoder {
  readonly #rules: MergeRules;
  /** The id of each byte. */
  readonly #bytes: Int32Array;
  #ids = new Int32Array(3 * MAX_CACHED_LENGTH);
  readonly #cache: Map<string, Int32Array> = new Map();

  constructor(rules: MergeRules, bytes: Int32Array) {
    this.#rules = rules;
    this.#bytes = bytes;
  }

  /** Appends the ids of a text. */
  encode(text: string, ids: IntList): void {
    for (let at = 0; at < text.length; ) {
      const end = preTokenEnd(text, at);
      for (const id of this.idsOf(text, at, end)) ids.push(id);
      at = end;
    }
  }

  /** The ids of the pre-token `text.slice(start, end)`, valid until the next call. */
  idsOf(text: string, start: number, end: number): Int32Array {
    if (end - start > MAX_CACHED_LENGTH) return this.#merge(text, start, end);
    const preToken = text.slice(start, end);
    let ids = this.#cache.get(preToken);
    if (ids === undefined) {
      ids = this.#merge(text, start, end).slice();
      if (this.#cache.size === MAX_CACHED) this.#cache.clear();
      this.#cache.set(preToken, ids);
    }
    return ids;
  }

  #merge(text: string, start: number, end: number): Int32Array {
    const most = 3 * (end - start);
    if (this.#ids.length < most) this.#ids = new Int32Array(most);
    const ids = this.#ids;
    const count = writeBytes(text, start, end, ids, 0);
    for (let at = 0; at < count; at++) ids[at] = this.#bytes[ids[at]];
    const merge = count > MAX_SHORT ? mergeLong : mergeShort;
    return ids.subarray(0, merge(ids, count, this.#rules));
  }
}
